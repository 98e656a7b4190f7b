/// A user of `nn` alone.
module consumer {
  requires org.thalweg.nn;
}
