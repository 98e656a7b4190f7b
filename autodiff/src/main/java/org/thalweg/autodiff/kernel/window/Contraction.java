package org.thalweg.autodiff.kernel.window;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.thalweg.autodiff.kernel.Parts;
import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.autodiff.kernel.Simd;
import org.thalweg.autodiff.kernel.Twin;
import org.thalweg.autodiff.kernel.matmul.MatmulKernel;

/// Products of [scattered][Scattered] matrices.
///
/// Every element of C has the same bits whichever kernel computes it, whatever the width of its
/// vectors and however many threads take part: see [ContractionKernel] for the order of its sum. A
/// product is divided among threads by rows and columns of C, so each element is one thread's.
public final class Contraction {
  /// The least number of multiply-adds that is worth a thread of its own.
  private static final long PER_THREAD = 400_000;

  /// Into how many tasks the share of a thread is cut, so that a late thread delays less.
  private static final int TASKS_PER_THREAD = 4;

  /// Pieces of C are multiples of this, as are the sides of most tiles.
  private static final int STEP = 96;

  /// The most numbers in products of parts that wait to be added up.
  private static final int MOST_WAITING = 1 << 22;

  private static final AtomicLong VECTOR_CALLS = new AtomicLong();
  private static final ContractionKernel SCALAR = new ScalarContraction();

  private static final Twin<ContractionKernel> FLOATS =
      new Twin<>(
          "contraction float", SCALAR, Vectors::kernel, () -> new ContractionWarmUp(true)::run);

  private static final Twin<ContractionKernel> DOUBLES =
      new Twin<>(
          "contraction double", SCALAR, Vectors::kernel, () -> new ContractionWarmUp(false)::run);

  private Contraction() {}

  /// The number of products so far, or parts of products, that the vector kernel has computed.
  public static long vectorCalls() {
    return VECTOR_CALLS.get();
  }

  /// C, which is overwritten, and the matrices of which it becomes the product: A, m × k, and B, k
  /// × n, all over `float[]` or all over `double[]`.
  public record Product(Scattered a, Scattered b, Scattered c) {
    private int m() {
      return c.rows().size();
    }

    private int n() {
      return c.columns().size();
    }

    private int k() {
      return b.rows().size();
    }

    /// How many elements C has.
    public int size() {
      return m() * n();
    }

    private long work() {
      return (long) m() * n() * k();
    }
  }

  /// Computes products that do not need each other; an empty sum is +0.
  public static void multiply(List<Product> products) {
    long work = products.stream().mapToLong(Product::work).sum();
    int parts = Pool.parts(work, PER_THREAD);
    List<Product> tasks = new ArrayList<>();
    for (Product product : products) {
      if (product.m() == 0 || product.n() == 0) {
        continue;
      }
      if (product.k() == 0) {
        clear(product.c());
        continue;
      }
      long wanted = parts == 1 ? 1 : product.work() * parts * TASKS_PER_THREAD / work;
      cut(product, (int) Math.max(1, wanted), tasks);
    }
    ContractionKernel kernel = kernel(products);
    if (parts == 1) {
      tasks.forEach(task -> multiply(kernel, task));
    } else {
      Pool.run(tasks.size(), task -> multiply(kernel, tasks.get(task)));
    }
  }

  private static ContractionKernel kernel(List<Product> products) {
    boolean isFloat = !products.isEmpty() && products.get(0).c().isFloat();
    return isFloat ? FLOATS.get() : DOUBLES.get();
  }

  private static void multiply(ContractionKernel kernel, Product task) {
    if (kernel != SCALAR) {
      VECTOR_CALLS.getAndIncrement();
    }
    Product product = lying(kernel, task);
    kernel.multiply(product.a, product.b, product.c, MatmulKernel.BLOCK);
  }

  /// The product, transposed where that is faster.
  private static Product lying(ContractionKernel kernel, Product product) {
    if (!kernel.isBetterTransposed(product.a, product.b, product.c.isFloat())) {
      return product;
    }
    return new Product(product.b.transposed(), product.a.transposed(), product.c.transposed());
  }

  /// Cuts the longer side of C into pieces.
  private static void cut(Product product, int wanted, List<Product> tasks) {
    boolean across = product.n() >= product.m();
    int size = across ? product.n() : product.m();
    int step = Parts.of(size, wanted, STEP);
    if (step >= size) {
      tasks.add(product);
      return;
    }
    for (int first = 0; first < size; first += step) {
      int stop = Math.min(size, first + step);
      Scattered a = product.a;
      Scattered b = product.b;
      tasks.add(
          across
              ? new Product(a, b.columns(first, stop), product.c.columns(first, stop))
              : new Product(a.rows(first, stop), b, product.c.rows(first, stop)));
    }
  }

  /// How many numbers wait to be added up where a product's sums are cut into parts of a length.
  public static int waiting(Product product, int part) {
    int size = product.size();
    return Math.clamp(MOST_WAITING / size, 1, parts(product, part)) * size;
  }

  private static int parts(Product product, int part) {
    return (product.k() + part - 1) / part;
  }

  /// Computes one product, whose sizes are not 0, with sums cut into parts of a length, which are
  /// added up in double: for long sums, whose parts are many threads' work.
  ///
  /// @param part a multiple of [MatmulKernel#BLOCK]
  /// @param waiting room for [so many][#waiting] numbers of the type of C
  /// @param sums room for as many as C has
  public static void multiply(Product given, int part, Object waiting, double[] sums) {
    Product product = lying(kernel(List.of(given)), given);
    int k = product.k();
    int size = product.size();
    int parts = parts(product, part);
    int together = waiting(product, part) / size;
    Arrays.fill(sums, 0, size, 0);
    Scattered all = Scattered.dense(waiting, 0, product.m(), product.n());
    for (int first = 0; first < parts; first += together) {
      List<Product> now = new ArrayList<>();
      for (int t = first; t < Math.min(parts, first + together); t++) {
        int from = t * part;
        int stop = Math.min(k, from + part);
        Scattered c = all.from((t - first) * size);
        now.add(new Product(product.a.columns(from, stop), product.b.rows(from, stop), c));
      }
      multiply(now);
      add(waiting, now.size(), sums, size);
    }
    store(sums, product.c);
  }

  private static void add(Object parts, int count, double[] sums, int n) {
    for (int t = 0; t < count; t++) {
      int from = t * n;
      if (parts instanceof float[] f) {
        for (int i = 0; i < n; i++) {
          sums[i] += f[from + i];
        }
      } else {
        double[] d = (double[]) parts;
        for (int i = 0; i < n; i++) {
          sums[i] += d[from + i];
        }
      }
    }
  }

  private static void clear(Scattered c) {
    store(new double[c.rows().size() * c.columns().size()], c);
  }

  private static void store(double[] values, Scattered c) {
    int next = 0;
    for (int i = 0; i < c.rows().size(); i++) {
      int row = c.from() + c.rows().at(i);
      for (int j = 0; j < c.columns().size(); j++) {
        int at = row + c.columns().at(j);
        if (c.data() instanceof float[] f) {
          f[at] = (float) values[next++];
        } else {
          ((double[]) c.data())[at] = values[next++];
        }
      }
    }
  }

  private static final class Vectors {
    private Vectors() {}

    static ContractionKernel kernel() {
      return Simd.load("window.VectorContraction", ContractionKernel.class);
    }
  }
}
