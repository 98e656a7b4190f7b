package org.thalweg.checker;

import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.thalweg.checker.text.Picture;
import org.thalweg.checker.text.Words;

/// What a check found.
///
/// @param function the name of what was checked
/// @param seed of the projection, the places and the directions: the same seed checks the same
/// @param entries every derivative that was checked, failed ones with a probable cause
/// @param problems what speaks against the function as a whole, such as two values at one point
/// @param notes what is worth knowing and speaks against nothing, such as an input without a path
/// @param taylor of all parameters of a model together; empty for other functions
/// @param calls the methods of a checker that repeat the check, such as `.withSeed(7L)`
/// @param time it took
public record Report(
    String function,
    long seed,
    List<Entry> entries,
    List<Problem> problems,
    List<String> notes,
    Optional<TaylorTest> taylor,
    String calls,
    Duration time) {
  /// The marks of a picture, the gravest last.
  private static final String GRAVITY = " .?~!x";

  private static final int MOST_LINES = 12;
  private static final int MOST_PICTURES = 3;

  /// Copies the lists.
  public Report {
    entries = List.copyOf(entries);
    problems = List.copyOf(problems);
    notes = List.copyOf(notes);
  }

  /// Whether all is well: no problem, no derivative that failed, none that could not be checked
  /// because the function is not finite or jumps there. Kinks are well when the derivative is
  /// between the slopes on both sides, as is a jump of a derivative.
  public boolean isCorrect() {
    return problems.isEmpty() && entries.stream().noneMatch(Report::isBad);
  }

  private static boolean isBad(Entry entry) {
    return switch (entry.verdict()) {
      case FAILED -> true;
      case OUTSIDE -> entry.kind() == Entry.Kind.ELEMENT;
      case JUMP -> entry.kind() == Entry.Kind.ELEMENT && entry.order() == 1;
      default -> false;
    };
  }

  /// How many entries have this verdict.
  public int count(Verdict verdict) {
    return (int) entries.stream().filter(entry -> entry.verdict() == verdict).count();
  }

  /// The entries that speak against the function, the worst first.
  public List<Entry> failures() {
    return entries.stream()
        .filter(Report::isBad)
        .sorted(Comparator.comparing(Entry::verdict).thenComparingDouble(Entry::misfit).reversed())
        .toList();
  }

  /// The entry whose two values are furthest apart beside their error, of those with the gravest
  /// verdict; empty where nothing was checked.
  public Optional<Entry> worst() {
    List<Entry> failures = failures();
    return failures.isEmpty()
        ? entries.stream().max(Comparator.comparingDouble(Entry::misfit))
        : Optional.of(failures.getFirst());
  }

  /// One line: `gradients of mlp: 254 of 256 derivatives in 4 inputs agree with differences,
  /// 3.1e-11 apart at most; others: 2 KINK`.
  public String summary() {
    long inputs = entries.stream().map(Entry::input).distinct().count();
    double furthest =
        entries.stream()
            .filter(entry -> entry.verdict() == Verdict.PASSED)
            .filter(entry -> entry.kind() != Entry.Kind.PRECISION)
            .mapToDouble(Report::relative)
            .max()
            .orElse(0);
    String what = "gradients of " + function + ": ";
    if (isCorrect()) {
      return what
          + String.format(
              Locale.ROOT,
              "%d of %d derivatives in %d %s agree with differences, %s apart at most%s",
              count(Verdict.PASSED),
              entries.size(),
              inputs,
              inputs == 1 ? "input" : "inputs",
              Words.small(furthest),
              others());
    }
    return what
        + String.format(
            Locale.ROOT,
            "%d of %d entries are wrong or cannot be checked, %d problems",
            failures().size(),
            entries.size(),
            problems.size());
  }

  /// How many have each verdict other than that they agree.
  private String others() {
    String others =
        Arrays.stream(Verdict.values())
            .filter(verdict -> verdict != Verdict.PASSED && count(verdict) > 0)
            .map(verdict -> count(verdict) + " " + verdict)
            .collect(Collectors.joining(", "));
    return others.isEmpty() ? "" : "; others: " + others;
  }

  private static double relative(Entry entry) {
    double size = Math.max(Math.abs(entry.analytic()), Math.abs(entry.numeric()));
    return size == 0 ? 0 : Math.abs(entry.analytic() - entry.numeric()) / size;
  }

  /// The elements of an input as a small picture, the last axis to the right and the others
  /// downwards, the gravest verdict of each block of a large tensor: `.` right, `x` wrong, `~`
  /// kink, `?` not certain, `!` jump or outside, blank where nothing was checked.
  ///
  /// @param input a name that entries have
  /// @param order of the derivatives
  /// @throws IllegalArgumentException where no entry has that name and order
  public String picture(String input, int order) {
    List<Entry> mine =
        entries.stream()
            .filter(entry -> entry.input().equals(input) && entry.order() == order)
            .toList();
    if (mine.isEmpty()) {
      throw new IllegalArgumentException(
          "report: there is no entry of order "
              + order
              + " in ["
              + input
              + "]: use one of "
              + entries.stream().map(Entry::input).distinct().toList());
    }
    char[] marks = new char[mine.getFirst().shape().elements()];
    Arrays.fill(marks, ' ');
    for (Entry entry : mine) {
      if (entry.flat() >= 0) {
        char before = marks[entry.flat()];
        char mark = mark(entry.verdict());
        marks[entry.flat()] = GRAVITY.indexOf(mark) > GRAVITY.indexOf(before) ? mark : before;
      }
    }
    return Picture.of(mine.getFirst().shape(), marks);
  }

  private static char mark(Verdict verdict) {
    return switch (verdict) {
      case PASSED, NO_PATH -> '.';
      case KINK -> '~';
      case VACUOUS, INCONCLUSIVE -> '?';
      case OUTSIDE, JUMP -> '!';
      case FAILED -> 'x';
    };
  }

  /// The pictures of what has rows and columns and is wrong somewhere.
  private String pictures() {
    StringBuilder text = new StringBuilder();
    entries.stream()
        .filter(entry -> entry.verdict() == Verdict.FAILED && entry.flat() >= 0)
        .filter(entry -> entry.shape().rank() > 1)
        .map(entry -> List.of(entry.input(), entry.order()))
        .distinct()
        .limit(MOST_PICTURES)
        .forEach(
            place -> {
              String input = (String) place.get(0);
              int order = (Integer) place.get(1);
              text.append("  ").append(order > 1 ? "order " + order + " in " : "").append(input);
              text.append(", x is wrong and . right:\n");
              picture(input, order).lines().forEach(l -> text.append("  ").append(l).append('\n'));
            });
    return text.toString();
  }

  /// The summary, the problems, the worst entries, pictures of the matrices among them, the notes,
  /// the number of entries of each verdict, the time, and how to repeat the check.
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(summary()).append('\n');
    problems.forEach(problem -> text.append("  ").append(problem).append('\n'));
    List<Entry> failures = failures();
    failures.stream().limit(MOST_LINES).forEach(e -> text.append("  ").append(e).append('\n'));
    if (failures.size() > MOST_LINES) {
      text.append("  … and ").append(failures.size() - MOST_LINES).append(" more\n");
    }
    text.append(pictures());
    notes.forEach(note -> text.append("  note: ").append(note).append('\n'));
    taylor.ifPresent(test -> text.append("  ").append(test).append('\n'));
    text.append(' ');
    for (Verdict verdict : Verdict.values()) {
      int count = count(verdict);
      if (count > 0) {
        text.append(' ').append(count).append(' ').append(verdict).append(',');
      }
    }
    return text.append(
            String.format(Locale.ROOT, " %.2f s, %s repeats this", time.toNanos() / 1e9, calls))
        .toString();
  }
}
