/// Safetensors and checkpoints, read as if they were hostile.
module org.thalweg.files {
  requires static transitive org.jspecify;
  requires com.fasterxml.jackson.core;
  requires transitive org.thalweg.autodiff;

  exports org.thalweg.files;
}
