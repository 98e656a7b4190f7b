/// Optimizers: update rules as their papers state them.
module org.thalweg.optim {
  requires static transitive org.jspecify;
  requires static transitive com.google.errorprone.annotations;
  requires transitive org.thalweg.autodiff;

  exports org.thalweg.optim;
  exports org.thalweg.optim.adaptive;
  exports org.thalweg.optim.free;
  exports org.thalweg.optim.gradient;
  exports org.thalweg.optim.matrix;
  exports org.thalweg.optim.schedule;
  exports org.thalweg.optim.wrapper;
}
