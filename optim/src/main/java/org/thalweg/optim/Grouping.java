package org.thalweg.optim;

import com.google.errorprone.annotations.CheckReturnValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.thalweg.autodiff.Parameter;

/// Which parameters have which rule, by patterns of their names. The first pattern that matches
/// counts.
///
/// ```java
/// Optimizer.over(model.parameters()).group("**.bias", new Sgd(0.1)).rest(new AdamW(1e-3));
/// ```
///
/// In a pattern `*` stands for anything within one part of a name (parts are separated by dots),
/// `**` for any parts, `?` for one character: `**.bias` is every bias, `encoder.*.weight` those one
/// level below `encoder`.
@CheckReturnValue
public final class Grouping {
  /// Parameters with a rule.
  record Assigned(Rule rule, List<Parameter> parameters) {}

  private final Map<String, Parameter> parameters;
  private final Map<String, Parameter> left;
  private final List<Assigned> assigned;

  private Grouping(
      Map<String, Parameter> parameters, Map<String, Parameter> left, List<Assigned> assigned) {
    this.parameters = parameters;
    this.left = left;
    this.assigned = assigned;
  }

  static Grouping of(Collection<Parameter> parameters) {
    Map<String, Parameter> byName = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      if (byName.put(parameter.name(), parameter) != null) {
        throw new IllegalArgumentException(
            "optimizer: two parameters are named ["
                + parameter.name()
                + "]: give each its own path");
      }
    }
    if (byName.isEmpty()) {
      throw new IllegalArgumentException(
          "optimizer: there are no parameters: give those of a model");
    }
    return new Grouping(byName, byName, List.of());
  }

  /// Gives a rule to the parameters whose names match and that have none yet.
  ///
  /// @throws IllegalArgumentException where there is no such parameter
  public Grouping group(String pattern, Rule rule) {
    Pattern regex = regex(pattern);
    List<Parameter> matching = new ArrayList<>();
    Map<String, Parameter> others = new LinkedHashMap<>();
    left.forEach(
        (name, parameter) -> {
          if (regex.matcher(name).matches()) {
            matching.add(parameter);
          } else {
            others.put(name, parameter);
          }
        });
    if (matching.isEmpty()) {
      throw new IllegalArgumentException(
          "optimizer: the pattern ["
              + pattern
              + "] matches none of the parameters without a rule, "
              + left.keySet()
              + ": correct it, or change the order of the groups");
    }
    return new Grouping(parameters, others, more(new Assigned(rule, matching)));
  }

  private static Pattern regex(String pattern) {
    StringBuilder regex = new StringBuilder();
    String rest = pattern;
    if (rest.startsWith("**.")) {
      regex.append("(.*\\.)?");
      rest = rest.substring(3);
    }
    for (int i = 0; i < rest.length(); i++) {
      char c = rest.charAt(i);
      boolean isDouble = rest.startsWith("**", i);
      switch (c) {
        case '*' -> regex.append(isDouble ? ".*" : "[^.]*");
        case '?' -> regex.append("[^.]");
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
      i += c == '*' && isDouble ? 1 : 0;
    }
    return Pattern.compile(regex.toString());
  }

  private List<Assigned> more(Assigned group) {
    List<Assigned> more = new ArrayList<>(assigned);
    more.add(group);
    return more;
  }

  /// Gives a rule to all parameters that have none yet, and makes the optimizer.
  public Optimizer rest(Rule rule) {
    return new Optimizer(
        parameters,
        left.isEmpty() ? assigned : more(new Assigned(rule, List.copyOf(left.values()))));
  }

  /// Makes the optimizer.
  ///
  /// @throws IllegalArgumentException where a parameter has no rule
  public Optimizer complete() {
    if (!left.isEmpty()) {
      throw new IllegalArgumentException(
          "optimizer: the parameters "
              + left.keySet()
              + " have no rule: give them one by group(…) or rest(…)");
    }
    return new Optimizer(parameters, assigned);
  }
}
