package org.thalweg.nn.attention;

import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.operation.attention.Attention;
import org.thalweg.nn.Build;
import org.thalweg.nn.Initializer;
import org.thalweg.nn.Layer;
import org.thalweg.nn.Linear;
import org.thalweg.nn.Training;

/// Several attentions side by side, each over a part of the width. Vaswani et al., 2017.
///
/// ```
/// q, k, v = x Wqᵀ + bq, x Wkᵀ + bk, x Wvᵀ + bv      y = concat over heads(softmax(q kᵀ ÷ √d) v) Woᵀ + bo
/// ```
///
/// `[batch, t, width]` to the same, with d = width ÷ heads. Weights are named and laid out as in
/// PyTorch's `MultiheadAttention` (here batches come first): `in_proj_weight`, `[3 · width,
/// width]`, Wq, Wk and Wv one below the other, `in_proj_bias`, `out_proj.weight` and
/// `out_proj.bias`. The first starts as [Initializer#xavierUniform()] has it, the biases at 0,
/// `out_proj.weight` uniform in ±1/√width.
public final class MultiHeadAttention extends Layer {
  private final int heads;
  private final boolean isCausal;
  private final Parameter weight;
  private final Parameter bias;
  private final Linear output;

  private MultiHeadAttention(Build build, int width, int heads, boolean isCausal) {
    super(build);
    this.heads = heads;
    this.isCausal = isCausal;
    weight = parameter("in_proj_weight", Shape.of(3 * width, width), Initializer.xavierUniform());
    bias = parameter("in_proj_bias", Shape.of(3 * width), Initializer.constant(0));
    Initializer uniform = Initializer.uniform(1 / Math.sqrt(width));
    output = child("out_proj", Linear.of(width, width, uniform, Initializer.constant(0)));
  }

  /// Where each place sees all.
  ///
  /// @throws IllegalArgumentException where a number is not positive, or the heads do not divide
  ///   the width
  public static Plan<MultiHeadAttention> of(int width, int heads) {
    return plan(width, heads, false);
  }

  /// Where each place sees itself and those before.
  ///
  /// @throws IllegalArgumentException where a number is not positive, or the heads do not divide
  ///   the width
  public static Plan<MultiHeadAttention> causal(int width, int heads) {
    return plan(width, heads, true);
  }

  private static Plan<MultiHeadAttention> plan(int width, int heads, boolean isCausal) {
    if (width < 1 || heads < 1 || width % heads != 0) {
      throw new IllegalArgumentException(
          "multiHeadAttention: "
              + heads
              + " heads of width "
              + width
              + " in all: use positive numbers, and heads that divide the width");
    }
    return build -> new MultiHeadAttention(build, width, heads, isCausal);
  }

  /// Attention of x to itself.
  ///
  /// @throws IllegalArgumentException where x is not `[batch, t, width]` in the layer's type
  @Override
  public Tensor apply(Tensor x, Training training) {
    return apply(x, x, training);
  }

  /// Attention of x to another sequence, in use.
  ///
  /// @param x `[batch, t, width]`
  /// @param memory `[batch, s, width]`
  /// @throws IllegalArgumentException where shapes are not these, or types are not the layer's
  public Tensor apply(Tensor x, Tensor memory) {
    return apply(x, memory, Training.INFERENCE);
  }

  /// Attention of x to another sequence, of which keys and values are made.
  ///
  /// @param x `[batch, t, width]`
  /// @param memory `[batch, s, width]`
  /// @throws IllegalArgumentException where shapes are not these, or types are not the layer's
  public Tensor apply(Tensor x, Tensor memory, Training training) {
    checkBoth(x, memory);
    Tensor y =
        x == memory
            ? Attention.multiHead(x.linear(weight, bias), heads, isCausal)
            : Attention.multiHead(
                projected(x, 0), projected(memory, 1), projected(memory, 2), heads, isCausal);
    return output.apply(y, training);
  }

  /// The same with a mask, as for sequences of different lengths in one batch.
  ///
  /// ```java
  /// // [batch, 1, 1, s]: 0 where there is a token, −∞ where a row is padded.
  /// Tensor y = attention.apply(x, x, padding, training);
  /// ```
  ///
  /// @param x `[batch, t, width]`
  /// @param memory `[batch, s, width]`
  /// @param mask added to the scores: 0 where a place counts, −∞ where it does not, or any number;
  ///   of a shape that broadcasts to `[batch, heads, t, s]` from the right, so that one of three
  ///   axes is by head
  /// @throws IllegalArgumentException where shapes are not these, or types are not the layer's
  public Tensor apply(Tensor x, Tensor memory, Tensor mask, Training training) {
    checkBoth(x, memory);
    Tensor q = projected(x, 0);
    Tensor k = projected(memory, 1);
    Tensor v = projected(memory, 2);
    return output.apply(Attention.multiHead(q, k, v, heads, isCausal, mask), training);
  }

  private void checkBoth(Tensor x, Tensor memory) {
    check("input", x);
    check("memory", memory);
  }

  /// The queries, keys or values, those of the heads side by side: `[batch, t, width]`.
  private Tensor projected(Tensor x, int part) {
    int width = weight.shape().size(1);
    int from = part * width;
    return x.linear(weight.slice(0, from, from + width), bias.slice(0, from, from + width));
  }

  private void check(String what, Tensor x) {
    int width = weight.shape().size(1);
    boolean fits = x.shape().rank() == 3 && x.shape().size(2) == width;
    if (!fits || x.dtype() != weight.dtype()) {
      String wanted = weight.dtype() + " [batch, places, " + width + "]";
      throw misfit("multiHeadAttention", what, x, wanted);
    }
  }
}
