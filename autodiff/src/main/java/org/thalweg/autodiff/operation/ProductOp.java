package org.thalweg.autodiff.operation;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.NoGradient;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.Elementwise;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.array.product.MatrixProduct;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.PointwisePullback;

/// Products of matrices.
sealed interface ProductOp extends Op {
  /// The product of the last two axes, either matrix taken as transposed; the other axes broadcast.
  record Matmul(boolean transposeA, boolean transposeB) implements ProductOp {
    @Override
    public Result apply(Tensor... in) {
      Tensor a = in[0];
      Tensor b = in[1];
      boolean isShared = !transposeA && b.shape().rank() == 2 && a.shape().rank() > 2;
      return new Result(
          MatrixProduct.apply(a.array(), transposeA, b.array(), transposeB),
          (input, _) -> input == 0 ? toA(b) : toB(a, isShared));
    }

    /// C = A·B: the gradient of A is G·Bᵀ; of a transposed A, B·Gᵀ.
    private Pullback toA(Tensor b) {
      return transposeA
          ? g -> product(transposeB, true, b, g)
          : g -> product(false, !transposeB, g, b);
    }

    /// C = A·B: the gradient of B is Aᵀ·G; of a transposed B, Gᵀ·A. Where one B has met all
    /// matrices of A, their rows follow each other: the sum over them is part of one product.
    private Pullback toB(Tensor a, boolean isShared) {
      return isShared ? g -> toB(rows(a), rows(g)) : g -> toB(a, g);
    }

    private Tensor toB(Tensor a, Tensor g) {
      return transposeB ? product(true, transposeA, g, a) : product(!transposeA, false, a, g);
    }

    /// 2·m·k·n for each pair of matrices.
    @Override
    public long flops(List<Tensor> inputs, Tensor output) {
      long inner = inputs.get(0).shape().size(transposeA ? -2 : -1);
      return 2 * inner * output.elements();
    }

    @Override
    public String name() {
      return "matmul";
    }
  }

  /// X·Wᵀ with the same row added to every row.
  record Linear() implements ProductOp {
    @Override
    public Result apply(Tensor... in) {
      Tensor x = in[0];
      Tensor weight = in[1];
      return new Result(
          MatrixProduct.linear(x.array(), weight.array(), in[2].array()),
          (input, _) ->
              switch (input) {
                case 0 -> new Factored(x.shape(), false, weight);
                case 1 -> new Factored(weight.shape(), true, x);
                default -> g -> g;
              });
    }

    /// 2·m·k·n of the product, and a sum for each element.
    @Override
    public long flops(List<Tensor> inputs, Tensor output) {
      return (2L * inputs.get(1).shape().size(1) + 1) * output.elements();
    }
  }

  /// f(X·Wᵀ + b): a linear map and a formula of one input.
  record Activated(Formula activation) implements ProductOp {
    @Override
    public Result apply(Tensor... in) {
      PointwiseOp.checkOutputs(activation);
      if (activation.inputs().size() != 1) {
        throw new IllegalArgumentException(
            "linear: the activation "
                + activation.name()
                + " has inputs "
                + activation.inputs()
                + ": give a formula of one input");
      }
      PointwisePullback pullback = activation.pullback(0);
      boolean isKept = pullback != null && pullback.usesInputs() && isRecorded(in);
      MatrixProduct.Activated made =
          MatrixProduct.linear(in[0].array(), in[1].array(), in[2].array(), activation, isKept);
      return new Result(
          made.value(),
          pullback == null
              ? (_, _) -> null
              : new Activating(pullback, made.before(), in[0], in[1], in[2], null));
    }

    private static boolean isRecorded(Tensor... in) {
      return !NoGradient.isOn() && Arrays.stream(in).anyMatch(Tensor::isTracked);
    }

    @Override
    public List<Array> branches(Tensor... in) {
      Array before = MatrixProduct.linear(in[0].array(), in[1].array(), in[2].array());
      return PointwiseOp.decisions(activation, before);
    }

    /// Those of the linear map, and of the formula for each element.
    @Override
    public long flops(List<Tensor> inputs, Tensor output) {
      long ofFormula = (long) activation.flops() * output.elements();
      return new Linear().flops(inputs, output) + ofFormula;
    }

    @Override
    public String name() {
      return "linear+" + activation.name();
    }
  }

  /// The pullbacks of f(z) with z = X·Wᵀ + b.
  ///
  /// @param before z, as an array; the value where no gradient needs z
  /// @param value f(z), `null` where no gradient needs it
  record Activating(
      PointwisePullback pullback,
      Array before,
      Tensor x,
      Tensor weight,
      Tensor bias,
      @Nullable Tensor value)
      implements Op.Joint {
    @Override
    public Activating joint(Tensor output, Tensor... operands) {
      return pullback.usesOutput()
          ? new Activating(pullback, before, x, weight, bias, output)
          : this;
    }

    /// Where derivatives of these are recorded, z is made again, as what it was made of.
    @Override
    public @Nullable Tensor[] pull(Tensor g, IntPredicate isWanted) {
      boolean isAgain = pullback.usesInputs() && !NoGradient.isOn();
      Tensor z = isAgain ? x.linear(weight, bias) : Tensor.of(before);
      Tensor gradient =
          pullback.isIdentity() ? g : Tensor.apply(pullback.formula(), operands(z, g));
      return new @Nullable Tensor[] {
        isWanted.test(0) ? ofInput().apply(gradient) : null,
        isWanted.test(1) ? ofWeight().apply(gradient) : null,
        isWanted.test(2) ? gradient : null
      };
    }

    @Override
    public @Nullable Tensor[] pullUnwatched(Tensor g, IntPredicate isWanted) {
      Tensor gradient = g;
      if (!pullback.isIdentity()) {
        Array[] operands = PointwiseOp.arrays(operands(Tensor.of(before), g));
        gradient = Tensor.of(Elementwise.apply(pullback.formula(), operands));
      }
      return new @Nullable Tensor[] {
        isWanted.test(0) ? ofInput().addedTo(null, gradient) : null,
        isWanted.test(1) ? ofWeight().addedTo(null, gradient) : null,
        isWanted.test(2) ? gradient : null
      };
    }

    private Tensor[] operands(Tensor z, Tensor g) {
      return PointwiseOp.operands(pullback, new @Nullable Tensor[] {z, value}, g);
    }

    private Factored ofInput() {
      return new Factored(x.shape(), false, weight);
    }

    private Factored ofWeight() {
      return new Factored(weight.shape(), true, x);
    }
  }

  /// The gradient that is a product of the rows of g, or of their transpose, and those of a tensor.
  ///
  /// @param shape of the gradient
  record Factored(Shape shape, boolean transpose, Tensor factor) implements Op.Adding {
    @Override
    public Tensor apply(Tensor g) {
      return ShapeOp.reshaped(product(transpose, false, rows(g), rows(factor)), shape);
    }

    @Override
    public Tensor addedTo(@Nullable Tensor sofar, Tensor g) {
      Array before = sofar == null ? null : sofar.array();
      return Tensor.of(MatrixProduct.ofRows(g.array(), transpose, factor.array(), before, shape));
    }
  }

  /// All rows as one matrix.
  private static Tensor rows(Tensor x) {
    Shape shape = x.shape();
    int last = shape.rank() - 1;
    return ShapeOp.reshaped(x, Shape.of(shape.product(0, last), shape.size(last)));
  }

  /// The product, either matrix taken as transposed.
  static Tensor product(boolean transposeA, boolean transposeB, Tensor a, Tensor b) {
    return Tensor.apply(new Matmul(transposeA, transposeB), a, b);
  }
}
