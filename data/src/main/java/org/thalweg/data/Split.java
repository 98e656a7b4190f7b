package org.thalweg.data;

/// The two parts of a dataset, such as one to train and one to test with.
///
/// @param first what came first
/// @param last the rest
public record Split<B>(Dataset<B> first, Dataset<B> last) {}
