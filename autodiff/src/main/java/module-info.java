/// Tensors whose operations can be differentiated, to any order, with the same bits everywhere.
module org.thalweg.autodiff {
  // Absent at run time unless asked for by --add-modules; the scalar kernels answer then.
  requires static jdk.incubator.vector;
  requires static transitive org.jspecify;
  requires com.google.common;
  requires jdk.management;

  exports org.thalweg.autodiff;
  exports org.thalweg.autodiff.array;
  exports org.thalweg.autodiff.array.attention;
  exports org.thalweg.autodiff.array.axis;
  exports org.thalweg.autodiff.array.normal;
  exports org.thalweg.autodiff.array.product;
  exports org.thalweg.autodiff.array.sweep;
  exports org.thalweg.autodiff.array.window;
  exports org.thalweg.autodiff.buffer;
  exports org.thalweg.autodiff.formula;
  exports org.thalweg.autodiff.graph;
  exports org.thalweg.autodiff.operation;
  exports org.thalweg.autodiff.operation.attention;
  exports org.thalweg.autodiff.operation.normal;
  exports org.thalweg.autodiff.operation.window;
}
