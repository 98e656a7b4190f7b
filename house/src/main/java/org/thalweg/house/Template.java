package org.thalweg.house;

import com.google.common.base.Strings;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// A text of which parts are not known from the source: a string in which a character of Unicode's
/// private use stands for each such part.
final class Template {
  /// Stands for any text.
  static final char HOLE = '\uE000';

  /// The first of the characters that stand for the parameters of a method.
  private static final char PARAMETER = '\uE100';

  private static final int MOST_PARAMETERS = 64;

  /// So many characters of a text are not in another by chance.
  private static final int LONG = 20;

  private static final Pattern CONVERSION =
      Pattern.compile("%(\\d+\\$)?[-#+0,(]*\\d*(\\.\\d+)?[bcdefgsx]");

  private static final Pattern HEAD =
      Pattern.compile("^[a-z][A-Za-z]*: (" + HOLE + "|\\[" + HOLE + "\\]): ");

  private static final Pattern WORDS = Pattern.compile("\\p{L}+[,;:]? +\\p{L}+");

  private Template() {}

  static Set<String> hole() {
    return Set.of(String.valueOf(HOLE));
  }

  static String parameter(int index) {
    return String.valueOf((char) (PARAMETER + index));
  }

  /// A format of `String.format`: its conversions are holes.
  static String format(String text) {
    return CONVERSION.matcher(text).replaceAll(String.valueOf(HOLE)).replace("%n", "\n");
  }

  /// Every text of the first, before one of the second, and every text of the second, after one of
  /// the first: where both have several, what they have in common stands for the others.
  static Set<String> joined(Set<String> first, Set<String> second) {
    Set<String> all = new LinkedHashSet<>();
    if (first.size() > 1) {
      String rest = common(second);
      first.forEach(text -> all.add(text + rest));
    }
    if (second.size() > 1 || first.size() == 1) {
      String rest = common(first);
      second.forEach(text -> all.add(rest + text));
    }
    return all;
  }

  /// How all of these texts begin and end.
  static String common(Set<String> texts) {
    String any = texts.iterator().next();
    if (texts.size() == 1) {
      return any;
    }
    String prefix = any;
    String suffix = any;
    for (String text : texts) {
      prefix = Strings.commonPrefix(prefix, text);
      suffix = Strings.commonSuffix(suffix, text);
    }
    return prefix + HOLE + suffix;
  }

  static boolean hasParameters(String template) {
    return template.chars().anyMatch(c -> c >= PARAMETER && c < PARAMETER + MOST_PARAMETERS);
  }

  /// What a caller needs of the alternatives that a builder has: one for all, unless it would lose
  /// a parameter.
  static Set<String> forCallers(Set<String> alternatives) {
    String common = common(alternatives);
    boolean isWhole =
        alternatives.stream()
            .flatMapToInt(String::chars)
            .filter(c -> c >= PARAMETER && c < PARAMETER + MOST_PARAMETERS)
            .allMatch(c -> common.indexOf(c) >= 0);
    return isWhole ? Set.of(common) : alternatives;
  }

  static boolean usesParameter(String template, int index) {
    return template.indexOf(PARAMETER + index) >= 0;
  }

  /// The template with each parameter replaced by every text its argument may be.
  static Set<String> bound(String template, List<Set<String>> arguments) {
    Set<String> all = Set.of("");
    for (int i = 0; i < template.length(); i++) {
      char c = template.charAt(i);
      int index = c - PARAMETER;
      boolean isParameter = index >= 0 && index < MOST_PARAMETERS;
      Set<String> next =
          !isParameter
              ? Set.of(String.valueOf(c))
              : index < arguments.size() ? arguments.get(index) : hole();
      all = joined(all, next);
    }
    return all;
  }

  /// The template in which nothing is known of parameters.
  static String open(String template) {
    StringBuilder open = new StringBuilder();
    for (int i = 0; i < template.length(); i++) {
      char c = template.charAt(i);
      char plain = c >= PARAMETER && c < PARAMETER + MOST_PARAMETERS ? HOLE : c;
      if (plain != HOLE || open.isEmpty() || open.charAt(open.length() - 1) != HOLE) {
        open.append(plain);
      }
    }
    return open.toString();
  }

  /// Whether what is known of it has words: more than a name.
  static boolean hasWords(String template) {
    return WORDS.matcher(template).find();
  }

  /// The parts that are known.
  static List<String> known(String template) {
    List<String> parts = new ArrayList<>();
    for (String part : open(template).split(String.valueOf(HOLE), -1)) {
      if (!part.isEmpty()) {
        parts.add(part);
      }
    }
    return parts;
  }

  /// The template without a head of an operation and the file or path that it is about, which the
  /// messages of a class have in common.
  static String withoutHead(String template) {
    return HEAD.matcher(template).replaceFirst("");
  }

  /// Every part of what is known that is long enough to be recognised: of so many characters, or
  /// the longest where all are shorter.
  static Set<String> longParts(String template) {
    int longest = known(template).stream().mapToInt(String::length).max().orElse(0);
    int length = Math.min(LONG, longest);
    Set<String> parts = new LinkedHashSet<>();
    for (String known : known(template)) {
      for (int from = 0; from + length <= known.length(); from++) {
        parts.add(known.substring(from, from + length));
      }
    }
    return parts;
  }

  /// What matches the text: all that is known, in order, with anything in the holes.
  static Pattern pattern(String template) {
    StringBuilder pattern = new StringBuilder();
    StringBuilder part = new StringBuilder();
    for (char c : open(template).toCharArray()) {
      if (c == HOLE) {
        pattern.append(Pattern.quote(part.toString())).append(".*");
        part.setLength(0);
      } else {
        part.append(c);
      }
    }
    pattern.append(Pattern.quote(part.toString()));
    return Pattern.compile(pattern.toString(), Pattern.DOTALL);
  }

  /// For people: an ellipsis for each hole.
  static String readable(String template) {
    return open(template).replace(HOLE, '…').replace("\n", "\\n");
  }
}
