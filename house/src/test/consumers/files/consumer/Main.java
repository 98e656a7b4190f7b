package consumer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.thalweg.autodiff.State;
import org.thalweg.autodiff.Tensor;
import org.thalweg.files.Safetensors;

/// A file.
public final class Main {
  private Main() {}

  /// Prints the same on every path, with the Vector API and without.
  public static void main(String[] args) throws IOException {
    Path file = Files.createTempDirectory("consumer").resolve("weights.safetensors");
    Safetensors.write(file, State.of(Map.of("w", Tensor.of(1, 2, 3))));
    System.out.println(Safetensors.read(file).tensors());
    Files.delete(file);
    Files.delete(file.getParent());
  }
}
