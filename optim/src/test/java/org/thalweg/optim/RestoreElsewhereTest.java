package org.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.thalweg.autodiff.kernel.Simd;
import org.thalweg.optim.engine.Checks;
import org.thalweg.optim.engine.Composed;
import org.thalweg.optim.schedule.Schedules;

/// What is put down in this JVM and taken up in another one, which has vectors where this has none
/// and none where this has some, ends with the same bits: every rule with every kind of schedule in
/// every place that takes one.
class RestoreElsewhereTest {
  @TempDir private Path directory;

  /// Where a course was put down.
  private record Break(String name, int calls) {}

  @Test
  @Timeout(120)
  void aStateRestoredInAnotherJvmGoesOnWithTheSameBits() throws Exception {
    Path output = directory.resolve("hashes");
    Process process = elsewhere(output);
    Map<Break, String> expected = new LinkedHashMap<>();
    // It goes on while others are still being put down.
    try (var out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()))) {
      int turn = 0;
      for (Map.Entry<String, Supplier<Course>> course : Course.all().entrySet()) {
        walk(course.getKey(), course.getValue().get(), turn++ % Course.CALLS, out, expected);
      }
      out.writeBoolean(false);
    }
    assertThat(process.waitFor()).as("its exit code").isZero();

    List<String> there = Files.readAllLines(output);

    assertThat(there.get(0)).as("vectors there").isEqualTo(String.valueOf(!Simd.available()));
    assertThat(Long.parseLong(there.get(1)) > 0).as("loops there").isEqualTo(!Simd.available());
    assertThat(there).hasSize(2 + expected.size());
    List<Break> wrong = new ArrayList<>();
    List<Break> all = List.copyOf(expected.keySet());
    for (int k = 0; k < all.size(); k++) {
      if (!there.get(2 + k).equals(expected.get(all.get(k)))) {
        wrong.add(all.get(k));
      }
    }
    assertThat(wrong).as("put down after so many calls, and other bits").isEmpty();
  }

  /// A course is put down after every number of calls, or one of them by turns where it is one of
  /// many of its kind.
  private static void walk(
      String name, Course course, int turn, DataOutputStream out, Map<Break, String> expected)
      throws IOException {
    List<Break> breaks = new ArrayList<>();
    for (int calls = 0; calls < Course.CALLS; calls++) {
      if (calls == turn || !name.contains(" = ")) {
        RestoredElsewhere.write(out, name, calls, course);
        breaks.add(new Break(name, calls));
      }
      course.go(calls + 1);
    }
    breaks.forEach(put -> expected.put(put, Long.toHexString(course.hash())));
  }

  /// Starts a JVM of the other kind, which reads states from its input.
  private static Process elsewhere(Path output) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    if (!Simd.available()) {
      command.addAll(List.of("--add-modules", "jdk.incubator.vector", "-Dthalweg.warmup=eager"));
    }
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), RestoredElsewhere.class.getName()));
    return new ProcessBuilder(command)
        .redirectOutput(output.toFile())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  @Test
  void everyKindOfScheduleOfTheModuleIsTested() throws Exception {
    Set<String> made = new TreeSet<>();
    for (Class<?> type : List.of(Schedule.class, Schedules.class)) {
      Arrays.stream(type.getDeclaredMethods())
          .filter(method -> Modifier.isPublic(method.getModifiers()))
          .filter(method -> method.getReturnType() == Schedule.class && !method.isSynthetic())
          .forEach(method -> made.add(name(type, method)));
    }
    made.addAll(classes());
    assertThat(made).hasSizeGreaterThan(25);
    made.removeAll(Kinds.all().keySet());
    assertThat(made).as("kinds of schedules without an entry in Kinds").isEmpty();
  }

  private static String name(Class<?> type, Method method) {
    boolean isOverloaded = method.getName().equals("times");
    String last =
        isOverloaded
            ? method.getParameterTypes()[0].getSimpleName()
            : String.valueOf(method.getParameterCount());
    return type.getSimpleName() + "." + method.getName() + "/" + last;
  }

  /// The classes that are schedules, but those that the methods and the checks of rules make.
  private static List<String> classes() throws Exception {
    Path classes = Path.of(Rule.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(classes.resolve("org/thalweg/optim"))) {
      List<String> names =
          files
              .map(file -> classes.relativize(file).toString())
              .filter(file -> file.endsWith(".class"))
              .map(file -> file.substring(0, file.length() - 6).replace('/', '.'))
              .toList();
      List<String> found = new ArrayList<>();
      for (String name : names) {
        Class<?> type = Class.forName(name, false, Rule.class.getClassLoader());
        boolean isKind = type != Schedule.class && type != Schedule.Constant.class;
        isKind &= type != Composed.class && type.getEnclosingClass() != Checks.class;
        if (isKind && Schedule.class.isAssignableFrom(type)) {
          found.add(type.getSimpleName());
        }
      }
      return found;
    }
  }

  @Test
  void everyRuleWithARateTakesASchedule() {
    List<String> without =
        Rules.all().stream()
            .filter(rule -> Kinds.places(rule).isEmpty())
            .map(rule -> rule.getClass().getSimpleName())
            .toList();
    assertThat(without).containsExactly("Own", "Rprop");
  }
}
