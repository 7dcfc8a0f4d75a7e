"""The course of a process: its steps one after the other, on record, whoever carries them out."""
