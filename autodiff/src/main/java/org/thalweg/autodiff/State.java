package org.thalweg.autodiff;

import com.google.common.collect.ImmutableMap;
import java.util.Map;

/// What a model, an optimizer or a loader is, apart from its code: tensors and text by name. It is
/// given and taken as a value; reading and writing files is another module's work.
///
/// @param tensors by name, in order, such as `encoder.0.weight`
/// @param metadata everything that is not a number, or is only one
public record State(Map<String, Tensor> tensors, Map<String, String> metadata) {
  /// Copies both maps, their order kept.
  public State {
    tensors = ImmutableMap.copyOf(tensors);
    metadata = ImmutableMap.copyOf(metadata);
  }

  /// Tensors without metadata.
  public static State of(Map<String, Tensor> tensors) {
    return new State(tensors, Map.of());
  }
}
