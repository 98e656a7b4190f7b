package org.thalweg.files;

import java.util.Arrays;
import java.util.Optional;
import org.thalweg.autodiff.array.DType;

/// How a file holds the elements of a tensor, little-endian, and as what they are read.
enum Encoding {
  F64(8, DType.FLOAT64),
  F32(4, DType.FLOAT32),
  F16(2, DType.FLOAT32),
  BF16(2, DType.FLOAT32),
  I64(8, DType.INT32),
  I32(4, DType.INT32),
  I16(2, DType.INT32),
  I8(1, DType.INT32),
  U64(8, DType.INT32),
  U32(4, DType.INT32),
  U16(2, DType.INT32),
  U8(1, DType.INT32),
  BOOL(1, DType.INT32);

  private final int bytes;
  private final DType dtype;

  Encoding(int bytes, DType dtype) {
    this.bytes = bytes;
    this.dtype = dtype;
  }

  int bytes() {
    return bytes;
  }

  DType dtype() {
    return dtype;
  }

  /// The one that a file names, upper and lower case told apart.
  static Optional<Encoding> named(String name) {
    return Arrays.stream(values()).filter(encoding -> encoding.name().equals(name)).findFirst();
  }

  /// The one in which a type is written, which loses nothing.
  static Encoding of(DType dtype) {
    return switch (dtype) {
      case FLOAT64 -> F64;
      case FLOAT32 -> F32;
      case INT32 -> I32;
    };
  }
}
