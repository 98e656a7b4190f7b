/// A user of `optim` alone.
module consumer {
  requires org.thalweg.optim;
}
