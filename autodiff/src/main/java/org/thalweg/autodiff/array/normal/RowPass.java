package org.thalweg.autodiff.array.normal;

import java.util.List;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.compile.Call;
import org.thalweg.autodiff.formula.compile.FormulaKernel;

/// A formula over the elements of rows, in one call of its kernel for a few rows, or for the runs
/// of one row.
///
/// @param together rows that one evaluation takes
/// @param roles what each input, then each output, has numbers for
record RowPass(Formula formula, int together, List<Role> roles) {
  enum Role {
    /// Each element of each row.
    ELEMENT,
    /// Each row.
    ROW,
    /// Each weight, shared by the rows.
    WEIGHT
  }

  RowPass(Formula formula, Role... roles) {
    this(formula, 1, List.of(roles));
  }

  /// The same where each row has one weight.
  RowPass withWeightsOfRows() {
    return new RowPass(
        formula,
        together,
        roles.stream().map(role -> role == Role.WEIGHT ? Role.ROW : role).toList());
  }

  /// A call for rows; where runs of elements share a weight, for the runs of one row.
  Call call(RowLayout layout, DType dtype) {
    long broadcast = 0;
    for (int k = 0; k < roles.size(); k++) {
      broadcast |= roles.get(k) == Role.ROW || isOne(layout, k) ? 1L << k : 0;
    }
    return FormulaKernel.of(formula, dtype.precision()).call(broadcast);
  }

  /// Whether the pass goes over the runs of one row.
  boolean isByRuns(RowLayout layout) {
    return layout.runs() > 0 && roles.contains(Role.WEIGHT);
  }

  /// The elements of a row, or of a run.
  int length(RowLayout layout) {
    return isByRuns(layout) ? layout.run() : layout.length();
  }

  /// How much further the numbers of the next row, or run, stand in an operand.
  int step(RowLayout layout, int operand) {
    int one = roles.get(operand) == Role.ELEMENT ? length(layout) : isOne(layout, operand) ? 1 : 0;
    return one * together;
  }

  /// Whether an operand has a number for each row, or run.
  private boolean isOne(RowLayout layout, int operand) {
    return roles.get(operand) == (isByRuns(layout) ? Role.WEIGHT : Role.ROW);
  }
}
