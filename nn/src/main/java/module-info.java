/// Layers, losses and initialisers.
module org.thalweg.nn {
  requires static transitive org.jspecify;
  requires transitive org.thalweg.autodiff;

  exports org.thalweg.nn;
  exports org.thalweg.nn.attention;
  exports org.thalweg.nn.normal;
  exports org.thalweg.nn.recurrent;
  exports org.thalweg.nn.window;
}
