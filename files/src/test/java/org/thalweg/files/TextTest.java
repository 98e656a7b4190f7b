package org.thalweg.files;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Names from a file cannot take over a message.
class TextTest {
  @Test
  void unprintableCharactersAreShownByNumber() {
    assertThat(Text.quoted("ab é 層 😀")).isEqualTo("[ab é 層 😀]");
    assertThat(Text.quoted("a\u001b[2Jb\n\u202e\u2028\ud800"))
        .isEqualTo("[a\\u001b[2Jb\\u000a\\u202e\\u2028\\ud800]");
  }

  @Test
  void theMiddleOfALongNameIsLeftOut() {
    assertThat(Text.quoted("x".repeat(200))).hasSize(202);
    assertThat(Text.quoted("a" + "😀".repeat(1_000_000) + "b"))
        .startsWith("[a😀")
        .contains("😀…😀")
        .endsWith("😀b]")
        .hasSizeLessThan(410);
  }
}
