package org.thalweg.examples.digits;

import java.util.ArrayList;
import java.util.List;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.Tensor;
import org.thalweg.data.Batch;
import org.thalweg.data.Loader;
import org.thalweg.nn.Layer;
import org.thalweg.nn.Losses;
import org.thalweg.nn.Training;
import org.thalweg.optim.Optimizer;
import org.thalweg.optim.Rule;

/// The training of a classifier: passes over the images in a new order each, a step for each batch.
final class DigitTraining {
  /// What came of one pass.
  ///
  /// @param number from 1
  /// @param loss the mean cross-entropy of the batches, each before its step
  /// @param testLoss the mean cross-entropy of the test images, after the pass
  /// @param accuracy the part of the test images that is read right
  record Epoch(int number, double loss, double testLoss, double accuracy) {}

  private final Layer model;
  private final DigitImages images;
  private final Optimizer optimizer;
  private final Loader<Batch> loader;
  private final Training training;

  DigitTraining(Layer model, DigitImages images, Rule rule, int batch, long seed) {
    this.model = model;
    this.images = images;
    this.optimizer = rule.over(model.parameters());
    this.loader = Loader.of(images.train()).batch(batch).shuffle(seed);
    this.training = Training.of(seed);
  }

  List<Epoch> run(int epochs, Screen screen) {
    List<Epoch> history = new ArrayList<>();
    for (int number = 1; number <= epochs; number++) {
      long start = System.nanoTime();
      double loss;
      try (ProgressBar bar = screen.bar("epoch " + number, loader.batches())) {
        loss = pass(number, bar);
      }
      Evaluation test = Evaluation.of(model, images.test());
      history.add(new Epoch(number, loss, test.loss(), test.accuracy()));
      screen.line(
          "epoch %2d of %d: loss %.4f, test loss %.4f, test accuracy %.4f, %.1f s",
          number, epochs, loss, test.loss(), test.accuracy(), (System.nanoTime() - start) / 1e9);
    }
    return history;
  }

  /// One pass; the mean of the losses, each before its step. Batches and everything computed from
  /// them are recycled.
  private double pass(int number, @Nullable ProgressBar bar) {
    double[] sum = {0};
    loader
        .epoch(number)
        .forEachInScope(
            batch -> {
              Tensor logits = model.apply(batch.x(), training.at(optimizer.steps()));
              Tensor loss = Losses.crossEntropy(logits, batch.y());
              optimizer.step(loss.backward());
              sum[0] += loss.item() * batch.size();
              if (bar != null) {
                bar.step();
              }
            });
    return sum[0] / images.trainSize();
  }
}
