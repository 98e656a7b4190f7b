package org.thalweg.autodiff.array.normal;

import java.util.List;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.compile.FormulaKernel;

/// A formula over the elements of rows, in one call of its kernel for a few rows, or for the runs
/// of one row.
///
/// @param roles what each input, then each output, has numbers for
record RowPass(Formula formula, List<Role> roles) {
  enum Role {
    /// Each element of each row.
    ELEMENT,
    /// Each row.
    ROW,
    /// Each weight, shared by the rows.
    WEIGHT
  }

  RowPass(Formula formula, Role... roles) {
    this(formula, List.of(roles));
  }

  /// The same where each row has one weight.
  RowPass withWeightsOfRows() {
    return new RowPass(
        formula, roles.stream().map(role -> role == Role.WEIGHT ? Role.ROW : role).toList());
  }

  /// @param rows one, where rows have runs
  /// @param offsets where the first row's numbers stand in each array
  void run(RowLayout layout, int rows, Object[] arrays, int... offsets) {
    boolean byRuns = layout.runs() > 0 && roles.contains(Role.WEIGHT);
    int length = byRuns ? layout.run() : layout.length();
    long broadcast = 0;
    int[] steps = new int[offsets.length];
    for (int k = 0; k < steps.length; k++) {
      Role role = roles.get(k);
      boolean isOne = role == (byRuns ? Role.WEIGHT : Role.ROW);
      steps[k] = role == Role.ELEMENT ? length : isOne ? 1 : 0;
      broadcast |= isOne || role == Role.ROW ? 1L << k : 0;
    }
    FormulaKernel kernel = FormulaKernel.of(formula, DType.of(arrays[0]).precision());
    kernel.run(broadcast, arrays, offsets, steps, byRuns ? layout.channels() : rows, 0, length);
  }
}
