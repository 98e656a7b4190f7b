/// Layers, losses and initialisers.
module org.thalweg.nn {
  requires static transitive org.jspecify;
  requires transitive org.thalweg.autodiff;

  exports org.thalweg.nn;
}
