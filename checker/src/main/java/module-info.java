/// Numeric against analytic gradients, to second order.
module org.thalweg.checker {
  requires static transitive com.google.errorprone.annotations;
  requires static transitive org.jspecify;
  // The report needs no assertion library; the assertions do.
  requires static org.assertj.core;
  requires transitive org.thalweg.autodiff;

  exports org.thalweg.checker;
}
