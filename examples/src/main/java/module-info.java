/// Programs a newcomer runs first.
@SuppressWarnings("requires-automatic") // XChart has no module descriptor and no declared name.
module org.thalweg.examples {
  requires static com.google.errorprone.annotations;
  requires static transitive org.jspecify;
  requires info.picocli;
  requires java.desktop;
  requires me.tongfei.progressbar;
  requires org.thalweg;
  requires xchart;

  opens org.thalweg.examples to
      info.picocli;
  opens org.thalweg.examples.digits to
      info.picocli;
}
