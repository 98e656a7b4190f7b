package org.thalweg.autodiff.kernel;

/// Prints on one line, words joined by underscores, why no vectors can be used or how wide they
/// are.
final class SimdWords {
  private SimdWords() {}

  public static void main(String[] args) {
    try {
      System.out.println("bits=" + Simd.bits());
    } catch (ExceptionInInitializerError e) {
      System.out.println(e.getCause().getMessage().replace(' ', '_'));
    }
  }
}
