"""Who may do what: one function that every reader and every act goes through."""
