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
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.thalweg.benchmarks.Message.Answer;
import org.thalweg.benchmarks.Message.Hello;
import org.thalweg.benchmarks.Message.Request;

/// A process that does works on request: one of ours, or a peer. It ends when this is closed.
final class Child implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SECONDS_TO_END = 10;

  private final Process process;
  private final BufferedReader in;
  private final Writer out;
  private final Hello hello;

  private Child(Process process, BufferedReader in, Writer out, Hello hello) {
    this.process = process;
    this.in = in;
    this.out = out;
    this.hello = hello;
  }

  /// Ours: this very Java with this very class path, and the options in `THALWEG_JAVA_OPTS`.
  ///
  /// @throws IOException where it does not start
  static Child ours() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    String options = System.getenv().getOrDefault("THALWEG_JAVA_OPTS", "").strip();
    if (!options.isEmpty()) {
      command.addAll(List.of(options.split("\\s+")));
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Worker.class.getName()));
    Child child = start(command);
    if (child == null) {
      throw new IOException("our own process ended before its first word: see above");
    }
    return child;
  }

  /// A process; `null` where it ends at once, having said why.
  ///
  /// @throws IOException where there is no such program, or it says something else
  static @Nullable Child start(List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    Writer out = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    String first = in.readLine();
    return first == null ? null : new Child(process, in, out, JSON.readValue(first, Hello.class));
  }

  Hello hello() {
    return hello;
  }

  /// The ways in which it does a work, the one to compare with first; empty where it cannot.
  List<String> ways(String work) {
    return hello.works().getOrDefault(work, List.of());
  }

  /// The name of this library, and of the way in which it does a work.
  String name(String way) {
    return way.isEmpty() ? hello.name() : hello.name() + ", " + way;
  }

  /// The answer to a request.
  ///
  /// @throws IOException where the process has ended, or cannot do it
  Answer ask(Request request) throws IOException {
    out.write(JSON.writeValueAsString(request) + "\n");
    out.flush();
    String line = in.readLine();
    if (line == null) {
      throw new IOException(hello.name() + " ended during " + request.work() + ": see above");
    }
    Answer answer = JSON.readValue(line, Answer.class);
    if (answer.error() != null) {
      throw new IOException(
          hello.name() + " could not do " + request.work() + ": " + answer.error());
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
