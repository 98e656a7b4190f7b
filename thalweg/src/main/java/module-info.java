/// All published modules under one name.
module org.thalweg {
  requires transitive org.thalweg.autodiff;
  requires transitive org.thalweg.checker;
  requires transitive org.thalweg.data;
  requires transitive org.thalweg.files;
  requires transitive org.thalweg.nn;
  requires transitive org.thalweg.optim;
}
