/// A user of `thalweg` alone.
module consumer {
  requires org.thalweg;
}
