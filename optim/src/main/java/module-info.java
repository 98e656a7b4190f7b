/// Optimizers: update rules as their papers state them.
module org.thalweg.optim {
  requires static transitive org.jspecify;
  requires transitive org.thalweg.autodiff;

  exports org.thalweg.optim;
}
