package org.thalweg.optim;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.thalweg.autodiff.State;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.compile.FormulaKernel;
import org.thalweg.autodiff.kernel.Simd;

/// Goes on with courses that another JVM has put down: run in a JVM of its own.
final class RestoredElsewhere {
  private RestoredElsewhere() {}

  /// Reads courses and prints whether there are vectors, how many loops of them ran, and then the
  /// hash in which each course ends.
  public static void main(String[] arguments) throws IOException {
    Map<String, Supplier<Course>> all = Course.all();
    StringBuilder hashes = new StringBuilder();
    try (var in = new DataInputStream(new BufferedInputStream(System.in))) {
      while (in.readBoolean()) {
        Course course = Objects.requireNonNull(all.get(in.readUTF())).get();
        int calls = in.readInt();
        // What restoring should forget to overwrite would be seen to its end.
        course.values().forEach((name, value) -> course.set(name, value.times(Double.NaN)));
        Map<String, Tensor> values = tensors(in);
        course.restore(new State(tensors(in), metadata(in)));
        values.forEach(course::set);
        for (int call = calls + 1; call <= Course.CALLS; call++) {
          course.go(call);
        }
        hashes.append(Long.toHexString(course.hash())).append('\n');
      }
    }
    System.out.print(Simd.available() + "\n" + FormulaKernel.vectorLoops() + "\n" + hashes);
  }

  /// Writes a course as it is after some calls.
  static void write(DataOutputStream out, String name, int calls, Course course)
      throws IOException {
    out.writeBoolean(true);
    out.writeUTF(name);
    out.writeInt(calls);
    write(out, course.values());
    State state = course.state();
    write(out, state.tensors());
    out.writeInt(state.metadata().size());
    for (Map.Entry<String, String> entry : state.metadata().entrySet()) {
      out.writeUTF(entry.getKey());
      out.writeUTF(entry.getValue());
    }
  }

  private static Map<String, String> metadata(DataInputStream in) throws IOException {
    Map<String, String> metadata = new LinkedHashMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      metadata.put(in.readUTF(), in.readUTF());
    }
    return metadata;
  }

  private static void write(DataOutputStream out, Map<String, Tensor> tensors) throws IOException {
    out.writeInt(tensors.size());
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      out.writeUTF(entry.getKey());
      out.writeUTF(entry.getValue().dtype().name());
      int[] sizes = entry.getValue().shape().sizes();
      out.writeInt(sizes.length);
      for (int size : sizes) {
        out.writeInt(size);
      }
      for (double value : entry.getValue().toDoubles()) {
        out.writeDouble(value);
      }
    }
  }

  private static Map<String, Tensor> tensors(DataInputStream in) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      String name = in.readUTF();
      DType dtype = DType.valueOf(in.readUTF());
      int[] sizes = new int[in.readInt()];
      for (int axis = 0; axis < sizes.length; axis++) {
        sizes[axis] = in.readInt();
      }
      double[] values = new double[Shape.of(sizes).elements()];
      for (int i = 0; i < values.length; i++) {
        values[i] = in.readDouble();
      }
      tensors.put(name, Tensor.of(values, Shape.of(sizes)).to(dtype));
    }
    return tensors;
  }
}
