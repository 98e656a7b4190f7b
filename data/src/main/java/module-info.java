/// Datasets and seeded, shuffling mini-batch loaders.
module org.thalweg.data {
  requires static transitive org.jspecify;
  requires transitive org.thalweg.autodiff;

  exports org.thalweg.data;
}
