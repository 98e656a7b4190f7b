package org.thalweg.examples.models;

import java.util.function.LongFunction;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.operation.window.Convolution;
import org.thalweg.nn.Activation;
import org.thalweg.nn.Build;
import org.thalweg.nn.Dropout;
import org.thalweg.nn.Embedding;
import org.thalweg.nn.Flatten;
import org.thalweg.nn.Initializer;
import org.thalweg.nn.Layer;
import org.thalweg.nn.Linear;
import org.thalweg.nn.Losses;
import org.thalweg.nn.Residual;
import org.thalweg.nn.Sequential;
import org.thalweg.nn.Training;
import org.thalweg.nn.attention.MultiHeadAttention;
import org.thalweg.nn.normal.LayerNorm;
import org.thalweg.nn.recurrent.Recurrent;
import org.thalweg.nn.window.Conv2d;
import org.thalweg.nn.window.Pool;
import org.thalweg.optim.Optimizer;
import org.thalweg.optim.Rule;
import org.thalweg.optim.adaptive.Adam;
import org.thalweg.optim.adaptive.AdamW;
import org.thalweg.optim.gradient.Sgd;

/// A model, the rule that trains it, and the loss of a step: of every kind that deep learning is
/// made of.
///
/// @param loss of the step, counted from 0
record Trainee(Layer model, Rule rule, LongFunction<Tensor> loss) {
  /// Kinds of models. Small ones have sizes that are no multiple of a tile or a vector, and are
  /// above the thresholds of parallel work.
  enum Kind {
    /// Layers of sums, with dropout.
    MLP {
      @Override
      Trainee make(boolean isLarge) {
        int in = isLarge ? 784 : 131;
        int wide = isLarge ? 512 : 149;
        Layer model =
            Layer.build(
                Sequential.of(
                    Linear.of(in, wide),
                    Activation.gelu(),
                    Dropout.of(0.1),
                    Linear.of(wide, wide / 2),
                    Activation.tanh(),
                    Linear.of(wide / 2, CLASSES)),
                42);
        return classifier(model, new Adam(1e-3), Shape.of(isLarge ? 128 : 101, in));
      }
    },

    /// Convolutions of images.
    CNN {
      @Override
      Trainee make(boolean isLarge) {
        int channels = isLarge ? 32 : 9;
        int size = isLarge ? 28 : 14;
        int places = (size / 4) * (size / 4);
        Convolution same = Convolution.plain().padding(1);
        Layer model =
            Layer.build(
                Sequential.of(
                    Conv2d.of(1, channels, 3, same),
                    Activation.relu(),
                    Pool.max2d(2),
                    Conv2d.of(channels, 2 * channels, 3, same),
                    Activation.relu(),
                    Pool.max2d(2),
                    Flatten.of(),
                    Linear.of(2 * channels * places, CLASSES)),
                42);
        return classifier(model, new Sgd(0.01, 0.9), Shape.of(isLarge ? 64 : 21, 1, size, size));
      }
    },

    /// A transformer that foretells the next symbol.
    GPT {
      @Override
      Trainee make(boolean isLarge) {
        int width = isLarge ? 128 : 44;
        int length = isLarge ? 128 : 35;
        int batch = isLarge ? 16 : 5;
        Layer model = Layer.build(build -> new Gpt(build, width, length, isLarge ? 4 : 2), 42);
        return new Trainee(
            model,
            new AdamW(1e-3),
            step -> {
              Tensor text = whole(step, Shape.of(batch, length + 1), SYMBOLS);
              Tensor logits = model.apply(text.slice(1, 0, length), Training.of(42).at(step));
              Tensor next = text.slice(1, 1, length + 1).reshape(batch * length);
              return Losses.crossEntropy(logits.reshape(batch * length, SYMBOLS), next);
            });
      }
    },

    /// A sequence and its class.
    LSTM {
      @Override
      Trainee make(boolean isLarge) {
        int in = isLarge ? 128 : 21;
        int size = isLarge ? 128 : 67;
        int time = isLarge ? 64 : 11;
        Layer model =
            Layer.build(
                Sequential.of(
                    Recurrent.lstm(in, size),
                    Activation.of(y -> y.slice(0, time - 1, time).squeeze(0)),
                    Linear.of(size, CLASSES)),
                42);
        int batch = isLarge ? 32 : 33;
        return new Trainee(
            model,
            new Adam(1e-3),
            step ->
                Losses.crossEntropy(
                    model.apply(Tensor.normal(step, time, batch, in), Training.of(42).at(step)),
                    whole(step, Shape.of(batch), CLASSES)));
      }
    };

    abstract Trainee make(boolean isLarge);
  }

  private static final int CLASSES = 10;
  private static final int SYMBOLS = 65;

  /// Blocks whose norms come first, between tables of symbols and places and a last product.
  private static final class Gpt extends Layer {
    private final Embedding symbols;
    private final Embedding places;
    private final Sequential blocks;
    private final Linear head;

    Gpt(Build build, int width, int length, int depth) {
      super(build);
      symbols = child("symbols", Embedding.of(SYMBOLS, width, Initializer.normal(0.02)));
      places = child("places", Embedding.of(length, width, Initializer.normal(0.02)));
      Plan<?>[] plans = new Plan<?>[depth + 1];
      java.util.Arrays.fill(plans, block(width));
      plans[depth] = LayerNorm.of(width);
      blocks = child("blocks", Sequential.of(plans));
      head = child("head", Linear.withoutBias(width, SYMBOLS, Initializer.normal(0.02)));
    }

    private static Plan<?> block(int width) {
      return Sequential.of(
          Residual.of(Sequential.of(LayerNorm.of(width), MultiHeadAttention.causal(width, 4))),
          Residual.of(
              Sequential.of(
                  LayerNorm.of(width),
                  Linear.of(width, 4 * width),
                  Activation.gelu(),
                  Linear.of(4 * width, width))));
    }

    @Override
    public Tensor apply(Tensor x, Training training) {
      Tensor at = Tensor.arange(x.shape().size(1));
      Tensor embedded = symbols.apply(x, training).plus(places.apply(at, training));
      return head.apply(blocks.apply(embedded, training), training);
    }
  }

  private static Trainee classifier(Layer model, Rule rule, Shape batch) {
    return new Trainee(
        model,
        rule,
        step ->
            Losses.crossEntropy(
                model.apply(Tensor.normal(step, batch.sizes()), Training.of(42).at(step)),
                whole(step, Shape.of(batch.size(0)), CLASSES)));
  }

  /// Whole numbers from 0 to below a limit.
  private static Tensor whole(long seed, Shape shape, int limit) {
    return Tensor.uniform(~seed, shape.sizes()).times(limit).floor().to(DType.INT32);
  }

  void train(int steps) {
    Optimizer optimizer = rule.over(model.parameters());
    for (int step = 0; step < steps; step++) {
      long now = step;
      Scope.run(() -> optimizer.step(loss.apply(now).backward()));
    }
  }
}
