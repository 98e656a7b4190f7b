/// A user of `checker` alone.
module consumer {
  requires org.thalweg.checker;
}
