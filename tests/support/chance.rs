//! Chance that is the same in every run.

/// Numbers that look random and are the same every time (Marsaglia's xorshift).
pub struct Chance(pub u64);

impl Chance {
    /// One of the numbers below an end.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }

    /// Whether what happens once in so many times happens now.
    pub fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }
}
