/// A user of `files` alone.
module consumer {
  requires org.thalweg.files;
}
