package org.thalweg.checker.registry;

import static org.thalweg.checker.registry.Samples.add;
import static org.thalweg.checker.registry.Samples.numbers;
import static org.thalweg.checker.registry.Samples.x;

import java.util.List;
import java.util.function.Function;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.operation.window.Convolution;
import org.thalweg.autodiff.operation.window.Convolutions;
import org.thalweg.autodiff.operation.window.Pooling;
import org.thalweg.autodiff.operation.window.Window;

/// Sample calls of convolutions and pooling.
final class WindowSamples {
  private static final Convolution PLAIN = Convolution.plain();

  private WindowSamples() {}

  static void addAll() {
    images();
    signals();
    transposedImages();
    transposedSignals();
    pooledImages();
    pooledSignals();
    adaptive();
  }

  /// An operation with options: on images, and on signals as on images of one row.
  private interface WithOptions<T> {
    Tensor apply(Tensor x, Tensor w, T options);
  }

  private interface Definition<T> {
    double[] apply(Tensor x, Tensor w, T options);
  }

  private static int[] of(int... sizes) {
    return sizes;
  }

  private static void convolution(
      String name,
      WithOptions<Convolution> call,
      Definition<Convolution> rule,
      Convolution options,
      int[] x,
      int[] w) {
    add(
        "Convolutions." + name,
        Sample.of(
            options.toString(),
            in -> call.apply(in.get(0), in.get(1), options),
            in -> rule.apply(in.get(0), in.get(1), options),
            x(x),
            numbers(2, w)));
  }

  private static void images() {
    WithOptions<Convolution> plain = (x, w, _) -> Convolutions.conv2d(x, w);
    Definition<Convolution> rule = NaiveWindows::convolution;
    String name = "conv2d(Tensor, Tensor)";
    convolution(name, plain, rule, PLAIN, of(2, 2, 4, 3), of(3, 2, 2, 2));
    convolution(name, plain, rule, PLAIN, of(1, 1, 1, 1), of(1, 1, 1, 1));
    convolution(name, plain, rule, PLAIN, of(0, 2, 3, 3), of(2, 2, 2, 1));
    convolution(name, plain, rule, PLAIN, of(1, 0, 3, 3), of(2, 0, 2, 1));
    convolution(name, plain, rule, PLAIN, of(2, 3, 4, 5), of(2, 3, 4, 5));
    name = "conv2d(Tensor, Tensor, Convolution)";
    WithOptions<Convolution> call = Convolutions::conv2d;
    Convolution awkward = PLAIN.stride(2, 1).padding(1, 0, 2, 1).dilation(1, 2);
    convolution(name, call, rule, awkward, of(1, 2, 5, 4), of(2, 2, 3, 2));
    convolution(name, call, rule, PLAIN.padding(1), of(1, 1, 1, 1), of(1, 1, 1, 1));
    convolution(name, call, rule, PLAIN.padding(1), of(0, 1, 2, 2), of(1, 1, 3, 3));
    convolution(name, call, rule, PLAIN.groups(2), of(2, 4, 3, 2), of(6, 2, 2, 2));
    convolution(name, call, rule, PLAIN.groups(3).padding(1), of(1, 3, 4, 4), of(3, 1, 3, 3));
    convolution(name, call, rule, PLAIN.stride(3).padding(1), of(1, 2, 7, 5), of(2, 2, 2, 2));
    convolution(name, call, rule, PLAIN.dilation(3).padding(4), of(1, 1, 3, 2), of(2, 1, 3, 2));
    // More than a tile of pixels and of weights, and more than a block of the sum.
    convolution(name, call, rule, PLAIN.padding(1), of(2, 44, 5, 7), of(14, 44, 3, 3));
  }

  private static void signals() {
    WithOptions<Convolution> plain = (x, w, _) -> Convolutions.conv1d(x, w);
    Definition<Convolution> rule = row(NaiveWindows::convolution);
    String name = "conv1d(Tensor, Tensor)";
    convolution(name, plain, rule, PLAIN, of(2, 3, 7), of(2, 3, 3));
    convolution(name, plain, rule, PLAIN, of(1, 1, 1), of(1, 1, 1));
    convolution(name, plain, rule, PLAIN, of(2, 1, 3), of(0, 1, 2));
    name = "conv1d(Tensor, Tensor, Convolution)";
    WithOptions<Convolution> call = Convolutions::conv1d;
    Convolution awkward = PLAIN.stride(2).padding(3).dilation(3).groups(2);
    convolution(name, call, rule, awkward, of(2, 4, 6), of(4, 2, 3));
    convolution(name, call, rule, PLAIN.padding(2), of(1, 1, 1), of(1, 1, 1));
    convolution(name, call, rule, PLAIN.padding(2), of(0, 1, 4), of(1, 1, 2));
  }

  /// Of signals, as images of one row.
  private static Definition<Convolution> row(Definition<Convolution> rule) {
    return (x, w, options) -> {
      Convolution across =
          PLAIN
              .stride(1, options.horizontal().stride())
              .dilation(1, options.horizontal().dilation())
              .padding(0, 0, options.horizontal().before(), options.horizontal().after())
              .groups(options.groups())
              .outputPadding(0, options.extraWidth());
      return rule.apply(x.unsqueeze(2), w.unsqueeze(2), across);
    };
  }

  private static void transposedImages() {
    WithOptions<Convolution> plain = (x, w, _) -> Convolutions.convTranspose2d(x, w);
    Definition<Convolution> rule = NaiveWindows::transposed;
    String name = "convTranspose2d(Tensor, Tensor)";
    convolution(name, plain, rule, PLAIN, of(2, 2, 3, 2), of(2, 3, 2, 2));
    convolution(name, plain, rule, PLAIN, of(1, 1, 1, 1), of(1, 1, 1, 1));
    convolution(name, plain, rule, PLAIN, of(0, 2, 3, 3), of(2, 2, 2, 1));
    name = "convTranspose2d(Tensor, Tensor, Convolution)";
    WithOptions<Convolution> call = Convolutions::convTranspose2d;
    Convolution awkward =
        PLAIN.stride(2, 3).padding(1, 0, 1, 1).dilation(1, 2).outputPadding(1, 2).groups(2);
    convolution(name, call, rule, awkward, of(1, 4, 3, 3), of(4, 2, 3, 2));
    convolution(name, call, rule, PLAIN.stride(2), of(1, 1, 1, 1), of(1, 1, 1, 1));
    convolution(name, call, rule, PLAIN.stride(3), of(2, 2, 2, 3), of(2, 1, 2, 2));
    convolution(name, call, rule, PLAIN.padding(1), of(0, 1, 2, 2), of(1, 1, 3, 3));
    convolution(
        name,
        call,
        rule,
        PLAIN.stride(2).dilation(3).outputPadding(2),
        of(1, 1, 2, 2),
        of(1, 2, 2, 3));
    convolution(name, call, rule, PLAIN.stride(2).padding(1), of(1, 44, 5, 4), of(44, 14, 3, 3));
  }

  private static void transposedSignals() {
    WithOptions<Convolution> plain = (x, w, _) -> Convolutions.convTranspose1d(x, w);
    Definition<Convolution> rule = row(NaiveWindows::transposed);
    String name = "convTranspose1d(Tensor, Tensor)";
    convolution(name, plain, rule, PLAIN, of(2, 3, 4), of(3, 2, 3));
    convolution(name, plain, rule, PLAIN, of(1, 1, 1), of(1, 1, 1));
    convolution(name, plain, rule, PLAIN, of(2, 1, 3), of(1, 0, 2));
    name = "convTranspose1d(Tensor, Tensor, Convolution)";
    WithOptions<Convolution> call = Convolutions::convTranspose1d;
    Convolution awkward = PLAIN.stride(3).padding(1).dilation(2).groups(2).outputPadding(1);
    convolution(name, call, rule, awkward, of(2, 4, 4), of(4, 2, 3));
    convolution(name, call, rule, PLAIN.stride(2), of(1, 1, 1), of(1, 1, 1));
    convolution(name, call, rule, PLAIN.padding(1), of(0, 1, 4), of(1, 1, 2));
  }

  private interface Pool {
    Tensor apply(Tensor x, Window window);
  }

  private interface PoolDefinition {
    double[] apply(Tensor x, Window window);
  }

  private static void pooling(
      String name, Pool call, PoolDefinition rule, Window window, int... sizes) {
    String signature = "Pooling." + name + "(Tensor, Window)";
    Sample sample =
        Sample.of(
            window.toString(),
            in -> call.apply(in.get(0), window),
            in -> rule.apply(in.get(0), window),
            x(sizes));
    add(signature, sample);
  }

  private static void pooledImages() {
    images("max2d", Pooling::max2d, NaiveWindows::max);
    images("average2d", Pooling::average2d, NaiveWindows::average);
  }

  private static void images(String name, Pool call, PoolDefinition rule) {
    Window awkward = Window.of(3, 2).stride(2, 1).padding(1, 2, 0, 1).dilation(1, 2);
    pooling(name, call, rule, Window.of(2), 2, 1, 4, 6);
    pooling(name, call, rule, awkward, 2, 2, 4, 3);
    pooling(name, call, rule, awkward.withoutPaddingInMeans().roundingUp(), 1, 2, 4, 4);
    pooling(name, call, rule, Window.of(3).stride(2).roundingUp(), 1, 1, 6, 8);
    pooling(name, call, rule, Window.of(2).stride(3).padding(1).roundingUp(), 1, 1, 5, 7);
    pooling(name, call, rule, Window.of(3).stride(6).roundingUp(), 1, 1, 2, 9);
    pooling(name, call, rule, Window.of(4, 5), 1, 2, 4, 5);
    pooling(name, call, rule, Window.of(1), 1, 1, 1, 1);
    pooling(name, call, rule, Window.of(2), 0, 3, 4, 4);
  }

  private static void pooledSignals() {
    signals("max1d", Pooling::max1d, NaiveWindows::max);
    signals("average1d", Pooling::average1d, NaiveWindows::average);
  }

  private static void signals(String name, Pool call, PoolDefinition rule) {
    PoolDefinition row =
        (x, window) -> {
          Window across =
              new Window(
                  Window.of(1).vertical(),
                  window.horizontal(),
                  window.roundsUp(),
                  window.countsPadding());
          return rule.apply(x.unsqueeze(2), across);
        };
    pooling(name, call, row, Window.of(2), 2, 3, 6);
    pooling(name, call, row, Window.of(3).stride(2).padding(1).roundingUp(), 2, 1, 8);
    pooling(name, call, row, Window.of(1), 1, 1, 1);
    pooling(name, call, row, Window.of(2), 2, 0, 6);
  }

  private static void adaptive() {
    for (int[] sizes : new int[][] {{1, 2, 5, 4}, {2, 1, 3, 7}, {1, 1, 1, 1}, {0, 1, 5, 2}}) {
      for (int[] places : new int[][] {{3, 2}, {1, 1}, {5, 9}}) {
        Tensor image = x(sizes);
        int rows = places[0];
        int columns = places[1];
        add(
            "Pooling.adaptiveMax2d(Tensor, int, int)",
            sample(
                in -> Pooling.adaptiveMax2d(in.get(0), rows, columns),
                in -> NaiveWindows.adaptiveMax(in.get(0), rows, columns),
                image));
        add(
            "Pooling.adaptiveAverage2d(Tensor, int, int)",
            sample(
                in -> Pooling.adaptiveAverage2d(in.get(0), rows, columns),
                in -> NaiveWindows.adaptiveAverage(in.get(0), rows, columns),
                image));
        Tensor signal = x(sizes[0], sizes[1], sizes[3]);
        add(
            "Pooling.adaptiveMax1d(Tensor, int)",
            sample(
                in -> Pooling.adaptiveMax1d(in.get(0), columns),
                in -> NaiveWindows.adaptiveMax(in.get(0).unsqueeze(2), 1, columns),
                signal));
        add(
            "Pooling.adaptiveAverage1d(Tensor, int)",
            sample(
                in -> Pooling.adaptiveAverage1d(in.get(0), columns),
                in -> NaiveWindows.adaptiveAverage(in.get(0).unsqueeze(2), 1, columns),
                signal));
      }
    }
  }

  private static Sample sample(
      Function<List<Tensor>, Tensor> call, Function<List<Tensor>, double[]> rule, Tensor x) {
    return Sample.of("adaptive", call, rule, x);
  }
}
