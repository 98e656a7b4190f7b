/// A user of `data` alone.
module consumer {
  requires org.thalweg.data;
}
