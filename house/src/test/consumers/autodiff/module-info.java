/// A user of `autodiff` alone.
module consumer {
  requires org.thalweg.autodiff;
}
