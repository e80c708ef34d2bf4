"""What people write back: inbound messages, the questions they answer, and the list of numbers that want no SMS."""
