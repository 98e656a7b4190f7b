package org.thalweg.benchmarks.work.training;

import java.util.Arrays;
import java.util.List;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.benchmarks.work.FmaPeak;
import org.thalweg.benchmarks.work.Heap;
import org.thalweg.benchmarks.work.Limit;
import org.thalweg.benchmarks.work.Unit;
import org.thalweg.benchmarks.work.Work;
import org.thalweg.nn.Activation;
import org.thalweg.nn.Build;
import org.thalweg.nn.Embedding;
import org.thalweg.nn.Initializer;
import org.thalweg.nn.Layer;
import org.thalweg.nn.Linear;
import org.thalweg.nn.Losses;
import org.thalweg.nn.Residual;
import org.thalweg.nn.Sequential;
import org.thalweg.nn.Training;
import org.thalweg.nn.attention.MultiHeadAttention;
import org.thalweg.nn.normal.LayerNorm;
import org.thalweg.optim.adaptive.AdamW;

/// A training step of a small GPT over 16 texts of 128 of 65 symbols: learned positions, blocks
/// whose norms come first, causal attention, an exact gelu four times as wide; cross-entropy,
/// AdamW.
///
/// @param name of the work
/// @param width of a symbol
/// @param depth how many blocks
/// @param heads of each attention
/// @param mebibytes of its heap
public record GptStep(String name, int width, int depth, int heads, int mebibytes) implements Work {
  private static final int BATCH = 16;
  private static final int TIME = 128;
  private static final int SYMBOLS = 65;
  private static final double DEVIATION = 0.02;

  private static final class Gpt extends Layer {
    private final Layer symbols;
    private final Parameter places;
    private final Layer blocks;
    private final Layer head;

    Gpt(Build build, int width, int depth, int heads) {
      super(build);
      Initializer normal = Initializer.normal(DEVIATION);
      symbols = child("symbols", Embedding.of(SYMBOLS, width, normal));
      places = parameter("places", Shape.of(TIME, width), normal);
      Plan<?>[] plans = new Plan<?>[depth];
      Arrays.fill(plans, block(width, heads));
      blocks = child("blocks", Sequential.of(plans));
      head = child("head", Sequential.of(LayerNorm.of(width), Linear.of(width, SYMBOLS)));
    }

    private static Plan<?> block(int width, int heads) {
      return Sequential.of(
          Residual.of(Sequential.of(LayerNorm.of(width), MultiHeadAttention.causal(width, heads))),
          Residual.of(
              Sequential.of(
                  LayerNorm.of(width),
                  Linear.of(width, 4 * width),
                  Activation.gelu(),
                  Linear.of(4 * width, width))));
    }

    @Override
    public Tensor apply(Tensor x, Training training) {
      Tensor y = symbols.apply(x, training).plus(places);
      return head.apply(blocks.apply(y, training), training);
    }
  }

  @Override
  public Unit unit() {
    return Unit.MILLISECONDS;
  }

  /// Products alone, three for each: those with weights, and those of attention, of which the half
  /// that is masked does not count.
  @Override
  public Limit limit() {
    double weights = depth * 12.0 * width * width + width * SYMBOLS;
    double attention = depth * 2.0 * width * (TIME + 1) / 2;
    return new FmaPeak(DType.FLOAT32).forOperations(3 * 2.0 * BATCH * TIME * (weights + attention));
  }

  @Override
  public boolean isTraining() {
    return true;
  }

  @Override
  public List<String> heap() {
    return Heap.ofMost(mebibytes);
  }

  @Override
  public Runnable prepare() {
    Layer model = Layer.build(build -> new Gpt(build, width, depth, heads), 42);
    // Each symbol is to be followed by the next of a text without an end.
    Tensor labels = text(1).reshape(BATCH * TIME);
    return Steps.of(
        model,
        new AdamW(Steps.RATE),
        text(0).reshape(BATCH, TIME),
        logits -> Losses.crossEntropy(logits.reshape(BATCH * TIME, SYMBOLS), labels));
  }

  private static Tensor text(int from) {
    int[] text = new int[BATCH * TIME];
    Arrays.setAll(text, i -> (int) (((i + from) * 2_654_435_761L) >>> 12) % SYMBOLS);
    return Tensor.ints(text);
  }
}
