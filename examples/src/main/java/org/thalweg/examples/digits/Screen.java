package org.thalweg.examples.digits;

import com.google.errorprone.annotations.FormatMethod;
import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/// What a person sees: lines, and on a terminal a live bar above them.
final class Screen {
  private final PrintWriter out;
  private final boolean isTerminal;

  Screen(PrintWriter out) {
    this.out = out;
    this.isTerminal = Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
  }

  @FormatMethod
  void line(String format, Object... values) {
    text(String.format(Locale.ROOT, format, values));
  }

  void text(String text) {
    out.println(text);
    out.flush();
  }

  /// A bar for so many steps; `null` where there is no terminal to draw it on.
  @Nullable ProgressBar bar(String task, long steps) {
    return isTerminal
        ? new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(steps)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(100)
            .clearDisplayOnFinish()
            .build()
        : null;
  }
}
