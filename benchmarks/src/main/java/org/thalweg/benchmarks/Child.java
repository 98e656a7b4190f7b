package org.thalweg.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.thalweg.benchmarks.Message.Answer;
import org.thalweg.benchmarks.Message.Hello;
import org.thalweg.benchmarks.Message.Request;

/// A process that does works on request: one of ours, or a peer. It ends when this is closed.
final class Child implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SECONDS_TO_END = 10;

  /// What a native library frees stays in its process for what it needs next, as memory of ours
  /// does in a scope. By default glibc returns large blocks to the system, whose pages are then
  /// made anew each time. 32 MiB is the largest threshold that it accepts for blocks with pages of
  /// their own.
  private static final Map<String, String> KEEPS_MEMORY =
      Map.of(
          "MALLOC_MMAP_THRESHOLD_", Integer.toString(32 << 20),
          "MALLOC_TRIM_THRESHOLD_", Integer.toString(Integer.MAX_VALUE),
          "MALLOC_TOP_PAD_", Integer.toString(64 << 20));

  private final Process process;
  private final BufferedReader in;
  private final Writer out;
  private @Nullable Hello hello;

  private Child(Process process, BufferedReader in, Writer out) {
    this.process = process;
    this.in = in;
    this.out = out;
  }

  /// Ours: this very Java with this very class path, and the options in `THALWEG_JAVA_OPTS`.
  ///
  /// @param heap options for its heap, of no account where those say something of it
  /// @throws IOException where it does not start
  static Child ours(List<String> heap) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    String options = System.getenv().getOrDefault("THALWEG_JAVA_OPTS", "").strip();
    if (!options.contains("-Xm")) {
      command.addAll(heap);
    }
    if (!options.isEmpty()) {
      command.addAll(List.of(options.split("\\s+")));
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Worker.class.getName()));
    return start(command);
  }

  /// A process that has been started and gets ready.
  ///
  /// @throws IOException where there is no such program
  static Child start(List<String> command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    KEEPS_MEMORY.forEach(builder.environment()::putIfAbsent);
    Process process = builder.start();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    Writer out = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    return new Child(process, in, out);
  }

  /// Its first line, for which this waits.
  ///
  /// @throws IOException where it has ended, having said why, or says something else
  Hello hello() throws IOException {
    if (hello == null) {
      String first = in.readLine();
      if (first == null) {
        throw new IOException("its process ended before it was ready, see above");
      }
      hello = JSON.readValue(first, Hello.class);
    }
    return hello;
  }

  /// The ways in which it does a work, the one to compare with first; empty where it cannot.
  List<String> ways(String work) throws IOException {
    return hello().works().getOrDefault(work, List.of());
  }

  /// The name of this library, and of the way in which it does a work.
  String name(String way) throws IOException {
    return way.isEmpty() ? hello().name() : hello().name() + ", " + way;
  }

  /// The answer to a request.
  ///
  /// @throws IOException where the process has ended, or cannot do it
  Answer ask(Request request) throws IOException {
    out.write(JSON.writeValueAsString(request) + "\n");
    out.flush();
    String name = hello().name();
    String line = in.readLine();
    if (line == null) {
      throw new IOException(name + " ended during " + request.work() + ": see above");
    }
    Answer answer = JSON.readValue(line, Answer.class);
    if (answer.error() != null) {
      throw new IOException(name + " could not do " + request.work() + ": " + answer.error());
    }
    return answer;
  }

  @Override
  public void close() throws IOException {
    try (out;
        in) {
      // Closing its input tells it to end.
    }
    try {
      if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
