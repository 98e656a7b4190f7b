package org.thalweg.autodiff.operation;

import org.thalweg.autodiff.Tensor;

/// Elements in order, and where they were.
///
/// @param values the elements; gradients go back to where they were
/// @param indices their indices along the axis, INT32, in the same shape
public record Ranked(Tensor values, Tensor indices) {}
