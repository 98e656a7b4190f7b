package org.thalweg.autodiff.graph;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.thalweg.autodiff.Node;
import org.thalweg.autodiff.OperationListener;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.Watch;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.array.Storage;
import org.thalweg.autodiff.operation.Op;

/// What a computation consists of: its operations with their outputs, how often each is applied,
/// and how much it computes and moves, the backward pass apart.
///
/// ```java
/// System.out.print(Summary.of(() -> model.apply(x).crossEntropy(labels).mean().backward()));
/// ```
///
/// Floating-point operations are counted as [Op#flops] says: a fused multiply-add is two, a
/// function such as exp one. Bytes are those of the tensors: each input of an operation is read
/// once, however often it is given, and the output written once. Where the output shares the memory
/// of an input nothing moves. What a kernel reads again, or keeps in the caches of the processor,
/// is not seen.
///
/// @param rows in the order in which each first occurs
public record Summary(List<Row> rows) {
  /// All applications of operations of one name to one type and shape.
  ///
  /// @param isBackward whether a backward pass applied them
  /// @param operation the name
  /// @param dtype the type of the output
  /// @param shape the shape of the output
  /// @param count how often it was applied
  /// @param flops floating-point operations, in all
  /// @param bytesRead bytes of inputs, in all
  /// @param bytesWritten bytes of outputs, in all
  public record Row(
      boolean isBackward,
      String operation,
      DType dtype,
      Shape shape,
      long count,
      long flops,
      long bytesRead,
      long bytesWritten) {
    private Row plus(Row other) {
      return new Row(
          isBackward,
          operation,
          dtype,
          shape,
          count + other.count,
          flops + other.flops,
          bytesRead + other.bytesRead,
          bytesWritten + other.bytesWritten);
    }
  }

  private record Kind(boolean isBackward, String operation, DType dtype, Shape shape) {}

  /// Counts while the computation runs.
  private static final class Counter implements OperationListener {
    private final Map<Kind, Row> rows = new LinkedHashMap<>();
    private int depth;

    @Override
    public void applied(Op op, List<Tensor> inputs, Tensor output) {
      Set<Storage> read = Collections.newSetFromMap(new IdentityHashMap<>());
      long bytesRead = 0;
      for (Tensor input : inputs) {
        bytesRead += read.add(input.array().storage()) ? bytes(input.array()) : 0;
      }
      boolean isMoved = !read.contains(output.array().storage());
      Row row =
          new Row(
              depth > 0,
              op.name(),
              output.dtype(),
              output.shape(),
              1,
              op.flops(inputs, output),
              isMoved ? bytesRead : 0,
              isMoved ? bytes(output.array()) : 0);
      rows.merge(new Kind(row.isBackward, row.operation, row.dtype, row.shape), row, Row::plus);
    }

    private static long bytes(Array array) {
      return (long) array.elements() * array.dtype().bytes();
    }

    @Override
    public void walkEnters(Node node) {
      depth++;
    }

    @Override
    public void walkLeaves(Node node) {
      depth--;
    }
  }

  /// Copies the rows.
  public Summary {
    rows = ImmutableList.copyOf(rows);
  }

  /// Runs a computation and counts its operations.
  public static Summary of(Runnable computation) {
    Counter counter = new Counter();
    Watch.run(counter, computation);
    return new Summary(List.copyOf(counter.rows.values()));
  }

  /// What was not applied by a backward pass.
  public Summary forward() {
    return only(row -> !row.isBackward);
  }

  /// What was applied by backward passes.
  public Summary backward() {
    return only(Row::isBackward);
  }

  private Summary only(Predicate<Row> which) {
    return new Summary(rows.stream().filter(which).toList());
  }

  /// The number of applications.
  public long count() {
    return total(Row::count);
  }

  /// The floating-point operations.
  public long flops() {
    return total(Row::flops);
  }

  /// The bytes of all inputs.
  public long bytesRead() {
    return total(Row::bytesRead);
  }

  /// The bytes of all outputs.
  public long bytesWritten() {
    return total(Row::bytesWritten);
  }

  private long total(ToLongFunction<Row> column) {
    return rows.stream().mapToLong(column).sum();
  }

  /// A table with a row for each kind of operation, and totals.
  @Override
  public String toString() {
    List<List<String>> table = new ArrayList<>();
    table.add(List.of("", "operation", "output", "count", "FLOPs", "bytes read", "bytes written"));
    for (boolean isBackward : new boolean[] {false, true}) {
      String part = isBackward ? "backward" : "forward";
      Summary there = isBackward ? backward() : forward();
      for (Row row : there.rows) {
        table.add(
            cells(part, row.operation, row.dtype + " " + row.shape, new Summary(List.of(row))));
      }
      table.add(cells(part, "total", "", there));
    }
    table.add(cells("both", "total", "", this));
    return text(table);
  }

  private static List<String> cells(String part, String operation, String output, Summary counts) {
    return List.of(
        part,
        operation,
        output,
        grouped(counts.count()),
        grouped(counts.flops()),
        grouped(counts.bytesRead()),
        grouped(counts.bytesWritten()));
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /// Columns as wide as their widest cell, names to the left and numbers to the right.
  private static String text(List<List<String>> table) {
    StringBuilder text = new StringBuilder();
    for (List<String> cells : table) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < cells.size(); column++) {
        int at = column;
        int width = table.stream().mapToInt(row -> row.get(at).length()).max().orElse(0);
        String cell = cells.get(column);
        String blanks = " ".repeat(width - cell.length());
        line.append(column == 0 ? "" : "  ").append(column < 3 ? cell + blanks : blanks + cell);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
