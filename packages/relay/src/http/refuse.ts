/** How the API says no to a whole call: which part of it, and what to do. */
import type { Response } from "express";

export const refuse = (response: Response, status: number, field: string, message: string): void =>
  void response.status(status).json({ results: [], error: { field, message } });
