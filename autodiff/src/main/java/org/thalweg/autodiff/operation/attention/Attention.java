package org.thalweg.autodiff.operation.attention;

import java.util.Arrays;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.array.attention.Attended;

/// Scaled dot-product attention: each query takes the mean of the values, weighted by how well
/// their keys fit. Vaswani et al., 2017.
///
/// ```
/// y = softmax(q kᵀ · scale + mask) v        q [… , t, d]    k […, s, d]    v […, s, e]    y […, t, e]
/// ```
///
/// The axes before the last two are the same in q, k and v. The matrix of scores, t × s, is never
/// in memory as a whole, neither for the value nor for its gradient; it is for the gradient of the
/// mask, and for derivatives of gradients.
///
/// A query that sees no key, because the mask is −∞ at all of them, gives 0 and has the gradient 0,
/// as in PyTorch. A key that a query does not see counts 0 times its value: NaN or infinity there
/// may make the result and the gradients NaN, so padded rows are to hold numbers.
///
/// Every method throws `IllegalArgumentException` where types differ or are INT32, shapes do not
/// fit, or the scale is not finite.
public final class Attention {
  private static final String NAME = "scaledDotProduct";

  private Attention() {}

  /// With the scale 1 ÷ √d.
  ///
  /// @param isCausal whether query i sees the keys 0 … i alone
  public static Tensor scaledDotProduct(Tensor q, Tensor k, Tensor v, boolean isCausal) {
    return scaledDotProduct(q, k, v, isCausal, usualScale(q));
  }

  /// With a scale of one's own.
  ///
  /// @param isCausal whether query i sees the keys 0 … i alone
  public static Tensor scaledDotProduct(
      Tensor q, Tensor k, Tensor v, boolean isCausal, double scale) {
    check(NAME, q, k, v, scale);
    return Tensor.apply(new AttentionOp(new Attended.Form(1, false, isCausal, scale)), q, k, v);
  }

  /// Several heads side by side in the last axis, as a linear map gives them; each attends by
  /// itself, with the scale 1 ÷ √(d ÷ heads). Bit for bit it is what heads in an axis of their own
  /// give, without moving them there and back.
  ///
  /// @param q `[…, t, d]`, of which each head has d ÷ heads columns that follow each other
  /// @param k `[…, s, d]`
  /// @param v `[…, s, e]`
  /// @param heads a divisor of d and e
  /// @param isCausal whether query i sees the keys 0 … i alone
  /// @return `[…, t, e]`
  public static Tensor multiHead(Tensor q, Tensor k, Tensor v, int heads, boolean isCausal) {
    checkHeads(q, k, v, heads);
    return Tensor.apply(new AttentionOp(form(q, v, heads, isCausal)), q, k, v);
  }

  /// The same with a mask, as for sequences of different lengths in one batch.
  ///
  /// ```java
  /// // [batch, 1, 1, s]: 0 where there is a token, −∞ where a row is padded.
  /// Tensor y = Attention.multiHead(q, k, v, 8, true, padding);
  /// ```
  ///
  /// @param mask added to the scores: 0 where a key counts, −∞ where it does not, or any number; of
  ///   a shape that broadcasts to `[…, heads, t, s]` from the right, so that one of three axes is
  ///   by head
  public static Tensor multiHead(
      Tensor q, Tensor k, Tensor v, int heads, boolean isCausal, Tensor mask) {
    checkHeads(q, k, v, heads);
    int axes = q.shape().rank() - 2;
    int[] scores = Arrays.copyOf(q.shape().sizes(), axes + 3);
    scores[axes] = heads;
    scores[axes + 1] = q.shape().size(-2);
    scores[axes + 2] = k.shape().size(-2);
    checkMask("multiHead", q, scores, mask);
    Attended.Form form = form(q, v, heads, isCausal);
    Tensor ofHeads = form.beside() == 1 ? withoutHeads(mask) : mask;
    return Tensor.apply(new AttentionOp(form), q, k, v, ofHeads);
  }

  /// The mask of the first head, where one is all that counts.
  private static Tensor withoutHeads(Tensor mask) {
    int rank = mask.shape().rank();
    return rank < 3 ? mask : mask.slice(rank - 3, 0, 1).squeeze(rank - 3);
  }

  private static Attended.Form form(Tensor q, Tensor v, int heads, boolean isCausal) {
    int columns = q.shape().size(-1) / heads;
    // Heads without columns give nothing, however many there are.
    int beside = columns + v.shape().size(-1) == 0 ? 1 : heads;
    return new Attended.Form(beside, false, isCausal, usualScale(columns));
  }

  private static void checkHeads(Tensor q, Tensor k, Tensor v, int heads) {
    String name = "multiHead";
    check(name, q, k, v, 1);
    if (heads < 1 || q.shape().size(-1) % heads != 0 || v.shape().size(-1) % heads != 0) {
      throw new IllegalArgumentException(
          name
              + ": "
              + heads
              + " heads do not share the columns of q "
              + q.shape()
              + " and v "
              + v.shape()
              + ": give a divisor of both numbers");
    }
  }

  /// The same where q, k and v stand side by side in the last axis, as one linear map gives them:
  /// bit for bit what they give apart, without cutting them there and putting gradients together.
  ///
  /// @param qkv `[…, t, 3·d]`: the d columns of q, those of k, those of v
  /// @param heads a divisor of d
  /// @param isCausal whether query i sees the keys 0 … i alone
  /// @return `[…, t, d]`
  public static Tensor multiHead(Tensor qkv, int heads, boolean isCausal) {
    qkv.array().checkFloating("multiHead");
    Shape shape = qkv.shape();
    int all = shape.rank() < 2 ? -1 : shape.size(-1);
    if (all < 0 || heads < 1 || all % 3 != 0 || all / 3 % heads != 0) {
      throw new IllegalArgumentException(
          "multiHead: "
              + heads
              + " heads do not share the columns of q, k and v side by side in "
              + shown(qkv)
              + ": give […, t, 3·d], and a divisor of d");
    }
    int columns = all / 3 / heads;
    int beside = columns == 0 ? 1 : heads;
    Attended.Form form = new Attended.Form(beside, true, isCausal, usualScale(columns));
    return Tensor.apply(new AttentionOp(form), qkv);
  }

  /// With the scale 1 ÷ √d and a mask.
  ///
  /// @param mask added to the scores: 0 where a key counts, −∞ where it does not, or any number; of
  ///   a shape that broadcasts to `[…, t, s]`
  public static Tensor scaledDotProduct(Tensor q, Tensor k, Tensor v, Tensor mask) {
    return scaledDotProduct(q, k, v, mask, usualScale(q));
  }

  /// With a mask and a scale of one's own.
  ///
  /// @param mask added to the scores: 0 where a key counts, −∞ where it does not, or any number; of
  ///   a shape that broadcasts to `[…, t, s]`
  public static Tensor scaledDotProduct(Tensor q, Tensor k, Tensor v, Tensor mask, double scale) {
    check(NAME, q, k, v, scale);
    int[] scores = q.shape().sizes();
    scores[scores.length - 1] = k.shape().size(-2);
    checkMask(NAME, q, scores, mask);
    return Tensor.apply(new AttentionOp(new Attended.Form(1, false, false, scale)), q, k, v, mask);
  }

  /// @param scores the sizes of all of them, which may be more than an array can hold
  private static void checkMask(String name, Tensor q, int[] scores, Tensor mask) {
    if (mask.dtype() != q.dtype()) {
      throw new IllegalArgumentException(
          name
              + ": the mask is "
              + mask.dtype()
              + " and the scores are "
              + q.dtype()
              + ": use to("
              + q.dtype()
              + ") on the mask");
    }
    if (!mask.shape().broadcastsTo(scores)) {
      throw new IllegalArgumentException(
          name
              + ": the mask is "
              + mask.dtype()
              + " "
              + mask.shape()
              + " and is added to "
              + q.dtype()
              + " "
              + Arrays.toString(scores)
              + ": give one that broadcasts to that");
    }
  }

  private static double usualScale(Tensor q) {
    return usualScale(q.shape().rank() == 0 ? 0 : q.shape().size(-1));
  }

  private static double usualScale(int columns) {
    return 1 / Math.sqrt(Math.max(1, columns));
  }

  private static void check(String name, Tensor q, Tensor k, Tensor v, double scale) {
    q.array().checkFloating(name);
    boolean fits =
        q.dtype() == k.dtype()
            && q.dtype() == v.dtype()
            && q.shape().rank() >= 2
            && k.shape().rank() == q.shape().rank()
            && v.shape().rank() == q.shape().rank()
            && q.shape().size(-1) == k.shape().size(-1)
            && k.shape().size(-2) == v.shape().size(-2)
            && Arrays.equals(batch(q), batch(k))
            && Arrays.equals(batch(q), batch(v));
    if (!fits) {
      throw new IllegalArgumentException(
          name
              + ": q is "
              + shown(q)
              + ", k "
              + shown(k)
              + " and v "
              + shown(v)
              + ": give […, t, d], […, s, d] and […, s, e] of one type");
    }
    if (!Double.isFinite(scale)) {
      throw new IllegalArgumentException(
          name + ": scale " + scale + " is not finite: give a number, as 1/√d");
    }
  }

  private static int[] batch(Tensor x) {
    return Arrays.copyOf(x.shape().sizes(), x.shape().rank() - 2);
  }

  private static String shown(Tensor x) {
    return x.dtype() + " " + x.shape();
  }
}
