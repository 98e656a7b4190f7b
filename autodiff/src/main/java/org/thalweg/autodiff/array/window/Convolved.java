package org.thalweg.autodiff.array.window;

import static org.thalweg.autodiff.kernel.window.Places.grid;
import static org.thalweg.autodiff.kernel.window.Places.line;

import java.util.ArrayList;
import java.util.List;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.kernel.matmul.MatmulKernel;
import org.thalweg.autodiff.kernel.window.Border;
import org.thalweg.autodiff.kernel.window.Contraction;
import org.thalweg.autodiff.kernel.window.Contraction.Product;
import org.thalweg.autodiff.kernel.window.Places;
import org.thalweg.autodiff.kernel.window.Scattered;

/// The convolution and its two transposes, as products of matrices that are read where they stand:
/// the input is copied once with its padding, and never as patches.
///
/// ```
/// output   y[n, o, r, c] = Σ_{i, u, v} w[o, i, u, v] · x[n, i, r·stride + u·dilation − before, …]
/// input    x[n, i, …]    = Σ_{o, u, v} w[o, i, u, v] · y[n, o, r, c]
/// weight   w[o, i, u, v] = Σ_{n, r, c} y[n, o, r, c] · x[n, i, …]
/// ```
///
/// Shapes and types have been checked, see [Plan]. Each sum goes in the order of its indices, in
/// the way of [Contraction].
public final class Convolved {
  /// The longest sum in `float`, as in matrix products.
  private static final int LONGEST = 64 * MatmulKernel.BLOCK;

  /// The shortest part into which sums over pixels are cut, to be added up in `double`: there are
  /// few weights, and the parts are what threads share.
  private static final int SHORTEST = 8 * MatmulKernel.BLOCK;

  /// The most parts that are not yet as long as may be.
  private static final int PARTS = 64;

  private final Plan plan;
  private final int batch;
  private final int in;
  private final int out;

  private Convolved(Plan plan, int batch, int in, int out) {
    this.plan = plan;
    this.batch = batch;
    this.in = in;
    this.out = out;
  }

  /// The convolution of x by w.
  public static Array output(Plan plan, Array x, Array w) {
    Shape shape = Shape.of(x.shape().size(0), w.shape().size(0), plan.rows(), plan.columns());
    Array y = Array.uninitialised(x.dtype(), shape);
    if (isTrivial(x, w, y)) {
      return y;
    }
    new Convolved(plan, shape.size(0), x.shape().size(1), shape.size(1)).toOutput(x, w, y);
    return y;
  }

  /// Its transpose in x.
  public static Array input(Plan plan, Array y, Array w) {
    int in = w.shape().size(1) * plan.groups();
    Shape shape = Shape.of(y.shape().size(0), in, plan.height(), plan.width());
    Array x = Array.uninitialised(y.dtype(), shape);
    if (isTrivial(y, w, x)) {
      return x;
    }
    new Convolved(plan, shape.size(0), in, y.shape().size(1)).toInput(y, w, x);
    return x;
  }

  /// Its transpose in w.
  public static Array weight(Plan plan, Array x, Array y) {
    int in = x.shape().size(1);
    int out = y.shape().size(1);
    Shape shape =
        Shape.of(out, in / plan.groups(), plan.vertical().size(), plan.horizontal().size());
    Array w = Array.uninitialised(x.dtype(), shape);
    if (isTrivial(x, y, w)) {
      return w;
    }
    new Convolved(plan, x.shape().size(0), in, out).toWeight(x, y, w);
    return w;
  }

  /// Where nothing is to be summed, the result is 0.
  private static boolean isTrivial(Array a, Array b, Array result) {
    boolean isTrivial = a.elements() == 0 || b.elements() == 0 || result.elements() == 0;
    if (isTrivial) {
      result.fill(0);
    }
    return isTrivial;
  }

  /// An image with so many rows and columns around it, positive or negative.
  private record Bordered(Object data, int height, int width) {
    int plane() {
      return height * width;
    }
  }

  /// The images of x from row `−top` and column `−left` on, zeros around them.
  private static Bordered bordered(Array x, int top, int left, int height, int width) {
    Shape shape = x.shape();
    if (top == 0 && left == 0 && shape.size(2) >= height && shape.size(3) >= width) {
      return new Bordered(x.data(), shape.size(2), shape.size(3));
    }
    Array wide =
        Array.uninitialised(x.dtype(), Shape.of(shape.size(0), shape.size(1), height, width));
    Border border = new Border(shape.size(2), shape.size(3), top, left, height, width);
    border.copy(x.data(), shape.size(0) * shape.size(1), wide.data());
    return new Bordered(wide.data(), height, width);
  }

  /// The input as far as windows reach.
  private Bordered padded(Array x) {
    Slide down = plan.vertical();
    Slide across = plan.horizontal();
    int height = Math.toIntExact((plan.rows() - 1L) * down.stride() + down.reach());
    int width = Math.toIntExact((plan.columns() - 1L) * across.stride() + across.reach());
    return bordered(x, down.before(), across.before(), height, width);
  }

  /// Where each place of the window begins in a padded input.
  private Places windows(Bordered x) {
    int image = in * x.plane();
    int down = plan.vertical().stride() * x.width();
    return grid(batch, image, plan.rows(), down, plan.columns(), plan.horizontal().stride());
  }

  /// Where the elements under the window stand, of all channels of a group.
  private Places patch(Bordered x) {
    int channels = in / plan.groups();
    int down = plan.vertical().dilation() * x.width();
    int across = plan.horizontal().dilation();
    int rows = plan.vertical().size();
    return grid(channels, x.plane(), rows, down, plan.horizontal().size(), across);
  }

  /// The matrices of a group: its weights, what is under them at each place of the window, and its
  /// outputs, which are the product of these two.
  private record Group(Scattered w, Scattered x, Scattered y) {}

  private List<Group> groups(Array x, Array w, Array y) {
    Bordered wide = padded(x);
    int groups = plan.groups();
    int depth = in / groups * plan.taps();
    int pixels = plan.rows() * plan.columns();
    Places kernels = line(out / groups, depth);
    Places within = line(depth, 1);
    Places patch = patch(wide);
    Places windows = windows(wide);
    Places channels = line(out / groups, pixels);
    Places places = grid(1, 0, batch, out * pixels, pixels, 1);
    List<Group> all = new ArrayList<>();
    for (int group = 0; group < groups; group++) {
      int kernel = group * (out / groups);
      int channel = group * (in / groups);
      all.add(
          new Group(
              new Scattered(w.data(), kernel * depth, kernels, within),
              new Scattered(wide.data(), channel * wide.plane(), patch, windows),
              new Scattered(y.data(), kernel * pixels, channels, places)));
    }
    return all;
  }

  private void toOutput(Array x, Array w, Array y) {
    List<Product> products = new ArrayList<>();
    for (Group group : groups(x, w, y)) {
      products.add(new Product(group.w, group.x, group.y));
    }
    run(products);
  }

  private static void run(List<Product> products) {
    if (products.get(0).b().rows().size() <= LONGEST) {
      Contraction.multiply(products);
    } else {
      products.forEach(product -> run(product, LONGEST));
    }
  }

  /// Computes one, its sums cut into parts of a length. What they need is given back at once.
  private static void run(Product product, int part) {
    if (product.b().rows().size() <= part) {
      Contraction.multiply(List.of(product));
      return;
    }
    DType dtype = product.c().data() instanceof float[] ? DType.FLOAT32 : DType.FLOAT64;
    Scope.run(
        () -> {
          Shape parts = Shape.of(Contraction.waiting(product, part));
          Array waiting = Array.uninitialised(dtype, parts);
          Array sums = Array.uninitialised(DType.FLOAT64, Shape.of(product.size()));
          Contraction.multiply(product, part, waiting.data(), sums.doubles());
        });
  }

  private void toWeight(Array x, Array y, Array w) {
    for (Group group : groups(x, w, y)) {
      Product product = new Product(group.y, group.x.transposed(), group.w);
      run(product, part(product.b().rows().size()));
    }
  }

  /// How long the parts of a sum are: by its length alone.
  private static int part(int length) {
    int part = SHORTEST;
    while (part < LONGEST && length > (long) PARTS * part) {
      part *= 2;
    }
    return part;
  }

  /// Elements of the input whose distance is the stride see the same taps. They are a convolution
  /// of their own, in which nothing is multiplied by zeros between elements.
  private record Phase(int first, int count, int tap, int taps, int tapStep, int shift, int step) {
    /// The last place that the first element is multiplied by.
    int least() {
      return Math.min(shift, shift + (taps - 1) * step);
    }

    int most() {
      return Math.max(shift, shift + (taps - 1) * step) + count - 1;
    }
  }

  /// Element `first + t·stride` is under tap `tap + i·tapStep` of place `t + shift + i·step`.
  private static List<Phase> phases(Slide slide, int length) {
    List<Phase> phases = new ArrayList<>();
    int common = gcd(slide.stride(), slide.dilation());
    int tapStep = slide.stride() / common;
    for (int first = 0; first < Math.min(slide.stride(), length); first++) {
      int count = (length - 1 - first) / slide.stride() + 1;
      for (int tap = 0; tap < Math.min(tapStep, slide.size()); tap++) {
        long at = (long) first + slide.before() - (long) tap * slide.dilation();
        if (at % slide.stride() == 0) {
          int taps = (slide.size() - 1 - tap) / tapStep + 1;
          int shift = Math.toIntExact(at / slide.stride());
          int step = -slide.dilation() / common;
          phases.add(new Phase(first, count, tap, taps, tapStep, shift, step));
        }
      }
    }
    return phases;
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  private void toInput(Array y, Array w, Array x) {
    List<Phase> down = phases(plan.vertical(), plan.height());
    List<Phase> across = phases(plan.horizontal(), plan.width());
    int covered =
        down.stream().mapToInt(Phase::count).sum() * across.stream().mapToInt(Phase::count).sum();
    if (covered < plan.height() * plan.width()) {
      x.fill(0);
    }
    if (covered == 0) {
      return;
    }
    int top = Math.max(0, -down.stream().mapToInt(Phase::least).min().orElse(0));
    int left = Math.max(0, -across.stream().mapToInt(Phase::least).min().orElse(0));
    int bottom = down.stream().mapToInt(Phase::most).max().orElse(0) + 1;
    int right = across.stream().mapToInt(Phase::most).max().orElse(0) + 1;
    Bordered wide =
        bordered(
            y,
            top,
            left,
            Math.addExact(top, Math.max(bottom, 1)),
            Math.addExact(left, Math.max(right, 1)));
    List<Product> products = new ArrayList<>();
    for (Phase vertical : down) {
      for (Phase horizontal : across) {
        add(vertical, horizontal, wide, top * wide.width() + left, w, x, products);
      }
    }
    run(products);
  }

  private void add(
      Phase down, Phase across, Bordered y, int origin, Array w, Array x, List<Product> products) {
    int groups = plan.groups();
    int channels = in / groups;
    int kernels = out / groups;
    int image = plan.height() * plan.width();
    int row = plan.horizontal().size();
    int firstTap = down.tap * row + across.tap;
    Places inputs = line(channels, plan.taps());
    int kernel = channels * plan.taps();
    int tapRow = down.tapStep * row;
    Places outer = grid(kernels, kernel, down.taps, tapRow, across.taps, across.tapStep);
    int shiftRow = down.step * y.width();
    Places under = grid(kernels, y.plane(), down.taps, shiftRow, across.taps, across.step);
    Places places = grid(batch, out * y.plane(), down.count, y.width(), across.count, 1);
    Places planes = line(channels, image);
    int strideDown = plan.vertical().stride() * plan.width();
    Places pixels =
        grid(batch, in * image, down.count, strideDown, across.count, plan.horizontal().stride());
    int shift = origin + down.shift * y.width() + across.shift;
    int corner = down.first * plan.width() + across.first;
    for (int group = 0; group < groups; group++) {
      int weights = group * kernels * kernel + firstTap;
      products.add(
          new Product(
              new Scattered(w.data(), weights, inputs, outer),
              new Scattered(y.data(), group * kernels * y.plane() + shift, under, places),
              new Scattered(x.data(), group * channels * image + corner, planes, pixels)));
    }
  }
}
