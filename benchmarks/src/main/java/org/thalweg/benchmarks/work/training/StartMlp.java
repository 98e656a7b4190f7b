package org.thalweg.benchmarks.work.training;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.thalweg.autodiff.Engine;
import org.thalweg.benchmarks.work.Heap;
import org.thalweg.benchmarks.work.Unit;
import org.thalweg.benchmarks.work.Work;

/// A process from its start to the end of the tenth [MlpStep]: a repetition is a `java` of its own,
/// with the options of this one and as many threads.
public record StartMlp() implements Work {
  private static final int STEPS = 10;
  private static final String DONE = "done";

  /// The process: takes ten steps and says so.
  public static void main(String[] args) {
    Runnable step = new MlpStep().prepare();
    for (int i = 0; i < STEPS; i++) {
      step.run();
    }
    System.out.println(DONE);
  }

  @Override
  public String name() {
    return "start-mlp";
  }

  @Override
  public Unit unit() {
    return Unit.MILLISECONDS;
  }

  @Override
  public List<String> heap() {
    return Heap.AS_JAVA_CHOOSES;
  }

  @Override
  public Runnable prepare() {
    return () -> {
      try {
        run(new ProcessBuilder(command()).redirectError(ProcessBuilder.Redirect.INHERIT).start());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  private static void run(Process process) throws IOException {
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      if (!DONE.equals(out.readLine())) {
        throw new IOException("start-mlp: the process ended before its tenth step: see above");
      }
    } finally {
      // How it ends is no part of this, but it must not run on beside the next.
      process.destroyForcibly().onExit().join();
    }
  }

  private static List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-Dthalweg.threads=" + Engine.threads());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(StartMlp.class.getName());
    return command;
  }
}
