package org.thalweg.benchmarks.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.DType;
import org.thalweg.benchmarks.work.Ceiling;
import org.thalweg.benchmarks.work.FmaPeak;
import org.thalweg.benchmarks.work.Limit;
import org.thalweg.benchmarks.work.Streams;
import org.thalweg.benchmarks.work.Work;

/// What the machine reached at its limits. A row has the time of its limit, and its work says how
/// much is done in that time.
final class Limits {
  private static final String ARITHMETIC =
      """
      | multiply-adds | threads | GFLOP/s | from … to | rows |
      | --- | --: | --: | --: | --: |
      """;

  private static final String BANDWIDTH =
      """
      | floats in each array | only read | read and written | threads | GB/s | from … to | rows |
      | --: | --: | --: | --: | --: | --: | --: |
      """;

  private final Map<FmaPeak, Map<Integer, List<Double>>> arithmetic =
      new TreeMap<>(Comparator.comparing(FmaPeak::dtype));

  private final Map<Streams, Map<Integer, List<Double>>> bandwidth =
      new TreeMap<>(
          Comparator.comparingInt(Streams::length)
              .thenComparingInt(Streams::read)
              .thenComparingInt(Streams::written));

  /// One measurement of a limit, which rows beside several peers share.
  private record Measurement(String work, int threads, Run run) {}

  /// @param works that rows may be about; others are left out, and so is a limit that is no longer
  ///   that of its work
  Limits(List<Row> rows, List<Work> works) {
    Map<String, Work> named = works.stream().collect(Collectors.toMap(Work::name, work -> work));
    Set<Measurement> seen = new HashSet<>();
    for (Row row : rows) {
      Work work = named.get(row.work());
      if (work != null && seen.add(new Measurement(row.work(), row.threads(), row.run()))) {
        add(row, work.limit(), work.unit().nanos());
      }
    }
  }

  private void add(Row row, @Nullable Limit limit, double unit) {
    if (limit == null || row.limit() == null || !limit.work().name().equals(row.limitName())) {
      return;
    }
    double rate = limit.amount() / (row.limit() * unit);
    switch (limit.work()) {
      case FmaPeak peak -> put(arithmetic, peak, row.threads(), rate);
      case Streams streams -> put(bandwidth, streams, row.threads(), rate);
    }
  }

  private static <C extends Ceiling> void put(
      Map<C, Map<Integer, List<Double>>> rates, C ceiling, int threads, double rate) {
    rates
        .computeIfAbsent(ceiling, _ -> new TreeMap<>())
        .computeIfAbsent(threads, _ -> new ArrayList<>())
        .add(rate);
  }

  /// A table for arithmetic and one for memory, those of which there is something to tell.
  String text() {
    String text =
        table(ARITHMETIC, arithmetic, Limits::cells) + table(BANDWIDTH, bandwidth, Limits::cells);
    return text.isEmpty() ? "Not measured." : text;
  }

  private static String cells(FmaPeak peak) {
    return peak.dtype() == DType.FLOAT32 ? "`float`" : "`double`";
  }

  private static String cells(Streams streams) {
    return Report.number("%,.0f", (double) streams.length())
        + " | "
        + streams.read()
        + " | "
        + streams.written();
  }

  private static <C extends Ceiling> String table(
      String head, Map<C, Map<Integer, List<Double>>> rates, Function<C, String> cells) {
    StringBuilder lines = new StringBuilder();
    rates.forEach(
        (ceiling, those) ->
            those.forEach(
                (threads, rate) ->
                    lines.append(
                        "| %s | %d | %s | %s … %s | %d |\n"
                            .formatted(
                                cells.apply(ceiling),
                                threads,
                                whole(Statistics.median(rate)),
                                whole(Collections.min(rate)),
                                whole(Collections.max(rate)),
                                rate.size()))));
    return lines.isEmpty() ? "" : head + lines + "\n";
  }

  private static String whole(double value) {
    return Report.number("%.0f", value);
  }
}
